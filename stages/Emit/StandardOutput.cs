using System.Text.Json;
using Streaming.Config.Settings;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// JSON lines on standard output, for the next program of a pipe: those of the file, which is not written then. Lines of several
/// sources never mix.
/// </summary>
/// <param name="open">Opens what the lines go to; the process's standard output as a rule.</param>
internal sealed class StandardOutput(Func<Stream>? open = null) : OutputKind
{
    private const string Name = "standard output";

    private static readonly Setting<bool> IsOn = new("output.stdout", SettingTypes.Switch)
    {
        Flags =
        [
            new SettingFlag("--jsonl")
            {
                Value = "true",
                Word = "-",
                Help = "Writes the JSON lines of all sources to standard output instead of files.",
            },
        ],
        Usual = false,
        Help = "Writes the JSON lines of all sources to standard output instead of files; a line never mixes with another.",
    };

    private readonly Lock _gate = new();
    private readonly Lazy<Stream> _stream = new(open ?? Console.OpenStandardOutput);

    /// <inheritdoc/>
    public override string Key => "stdout";

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => [IsOn];

    /// <inheritdoc/>
    public override string? Replaces => "jsonl";

    /// <inheritdoc/>
    public override bool IsWanted(SettingValues values)
    {
        return values.Get(IsOn);
    }

    /// <inheritdoc/>
    public override IFrameSink Open(OutputContext context)
    {
        return new Sink(this, context);
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            lock (_gate)
            {
                _stream.Value.Write(line);
                _stream.Value.Flush();
            }
        }
        catch (IOException exception)
        {
            // As a rule the next program of the pipe has ended.
            throw EmitException.For(Name, exception);
        }
    }

    private sealed class Sink : IFrameSink
    {
        private readonly JsonLineBuffer _line = new();
        private readonly StandardOutput _output;
        private readonly string _runId;
        private readonly string _sourceId;

        public Sink(StandardOutput output, OutputContext context)
        {
            (_output, _runId, _sourceId) = (output, context.Place.Run.RunId, context.Source.Id);
            Write(json => JsonLines.WriteStart(json, context.Place.Run, context.Source, context.Wanted));
        }

        public string Target => Name;

        public void Write(OutputFrame frame)
        {
            Write(json => JsonLines.WriteFrame(json, _runId, frame.Result));
        }

        public void Write(SourceEvent sourceEvent)
        {
            Write(json => JsonLines.WriteEvent(json, _runId, _sourceId, sourceEvent));
        }

        public void Complete(StreamSummary summary)
        {
            Write(json => JsonLines.WriteEnd(json, _runId, _sourceId, summary));
        }

        public void Dispose()
        {
            _line.Dispose();
        }

        private void Write(Action<Utf8JsonWriter> write)
        {
            _output.Write(_line.Format(write));
        }
    }
}
