using System.Text;
using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Writes a source's frames as JSON lines. Each line goes to the file whole, in one call, when its frame is done, so that a
/// killed program loses none; from time to time the file is forced to the disk, so that a power cut loses few.
/// </summary>
internal sealed class JsonLinesSink : IFrameSink
{
    private const int LinesBetweenSyncs = 1000;
    private static readonly TimeSpan TimeBetweenSyncs = TimeSpan.FromSeconds(5);

    private readonly JsonLineBuffer _line = new();
    private readonly FileStream _file;
    private readonly SourceInfo _source;
    private readonly TimeProvider _time;
    private readonly string _runId;
    private long _syncedAt;
    private int _linesSinceSync;

    /// <summary>Creates the file, or goes on in one, and writes the line that opens the stream if it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">The run.</param>
    /// <param name="source">The source.</param>
    /// <param name="resume">What the file holds already, to go on after that; null replaces a file of that name.</param>
    /// <param name="isNewStream">
    /// With <paramref name="resume"/>: begin a stream of its own after those in the file, as a camera's past cannot be gone on
    /// with.
    /// </param>
    /// <param name="isReopened">
    /// Go on with the stream that this run has begun in the file; if the file is gone, begin it anew.
    /// </param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="wanted">What the user wants of the source, which is recorded; null records none of it.</param>
    /// <exception cref="EmitException">The file cannot be written, or what it holds came of other settings.</exception>
    public JsonLinesSink(
        string path,
        RunInfo run,
        SourceInfo source,
        RecordedStream? resume = null,
        bool isNewStream = false,
        bool isReopened = false,
        TimeProvider? time = null,
        SourceConfig? wanted = null)
    {
        (Target, _source, _time) = (path, source, time ?? TimeProvider.System);
        _runId = isNewStream ? run.RunId : resume?.RunId ?? run.RunId;
        var start = _line.Format(json => JsonLines.WriteStart(json, run, source, wanted));
        if (!isNewStream && resume?.Fits(Encoding.UTF8.GetString(start), out var difference) == false)
        {
            throw new EmitException(
                $"{path}: cannot be resumed: '{difference}' of its first line is another one than now: "
                + "the model, the source or a setting has changed.");
        }

        try
        {
            var mode = isNewStream || isReopened ? FileMode.OpenOrCreate : resume is null ? FileMode.Create : FileMode.Open;
            _file = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }

        try
        {
            _syncedAt = _time.GetTimestamp();
            _file.SetLength(isNewStream || isReopened ? WholeLines.Length(_file) : resume?.Length ?? 0);
            _file.Seek(0, SeekOrigin.End);
            if (_file.Position == 0 || (isNewStream && !isReopened))
            {
                WriteFormatted(start);
            }
        }
        catch (IOException exception)
        {
            Dispose();
            throw EmitException.For(path, exception);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        WriteLine(json => JsonLines.WriteFrame(json, _runId, frame.Result));
        _linesSinceSync++;
        if (_linesSinceSync >= LinesBetweenSyncs || _time.GetElapsedTime(_syncedAt) >= TimeBetweenSyncs)
        {
            Sync();
        }
    }

    /// <inheritdoc/>
    public void Write(SourceEvent sourceEvent)
    {
        WriteLine(json => JsonLines.WriteEvent(json, _runId, _source.Id, sourceEvent));
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        if (summary.End != StreamEnd.Segment)
        {
            WriteLine(json => JsonLines.WriteEnd(json, _runId, _source.Id, summary));
        }

        Sync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _line.Dispose();
    }

    private void Sync()
    {
        try
        {
            _file.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            throw EmitException.For(Target, exception);
        }

        (_syncedAt, _linesSinceSync) = (_time.GetTimestamp(), 0);
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        WriteFormatted(_line.Format(write));
    }

    private void WriteFormatted(ReadOnlySpan<byte> line)
    {
        var start = _file.Position;
        try
        {
            _file.Write(line);
        }
        catch (IOException exception)
        {
            CutOff(start);
            throw EmitException.For(Target, exception);
        }
    }

    /// <summary>On a full disk a part of the line may have been written: whole lines only.</summary>
    private void CutOff(long length)
    {
        try
        {
            _file.SetLength(length);
        }
        catch (IOException)
        {
            // The first error is the one that is told.
        }
    }
}
