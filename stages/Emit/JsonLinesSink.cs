using System.Text;
using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Writes a source's frames as JSON lines, each when its frame is done. From time to time the file is forced to the disk, so that
/// a power cut loses few.
/// </summary>
internal sealed class JsonLinesSink : IFrameSink
{
    private const int LinesBetweenSyncs = 1000;
    private static readonly TimeSpan TimeBetweenSyncs = TimeSpan.FromSeconds(5);

    private readonly JsonLineBuffer _line = new();
    private readonly LineFile _file;
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
        (_source, _time) = (source, time ?? TimeProvider.System);
        _runId = isNewStream ? run.RunId : resume?.RunId ?? run.RunId;
        var start = _line.Format(json => JsonLines.WriteStart(json, run, source, wanted));
        if (!isNewStream && resume?.Fits(Encoding.UTF8.GetString(start), out var difference) == false)
        {
            throw new EmitException(
                $"{path}: cannot be resumed: '{difference}' of its first line is another one than now: "
                + "the model, the source or a setting has changed.");
        }

        var mode = isNewStream || isReopened ? FileMode.OpenOrCreate : resume is null ? FileMode.Create : FileMode.Open;
        _file = new LineFile(path, mode, isNewStream || isReopened ? null : resume?.Length ?? 0);
        try
        {
            _syncedAt = _time.GetTimestamp();
            if (_file.IsEmpty || (isNewStream && !isReopened))
            {
                _file.Write(start);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Target => _file.Path;

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
        _file.Sync();
        (_syncedAt, _linesSinceSync) = (_time.GetTimestamp(), 0);
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        _file.Write(_line.Format(write));
    }
}
