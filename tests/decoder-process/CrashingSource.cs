using System.Globalization;
using Streaming.Config.Run;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.DecoderProcess;

/// <summary>"crash@N:ADDRESS" is a network stream whose decoder crashes after N frames.</summary>
internal sealed class CrashingSource(IFrameSource source, int frames) : IFrameSource
{
    private const string Prefix = "crash@";
    private int _left = frames;

    public static SourceKind Kind { get; } = new(
        "crashing stream",
        location => location.StartsWith(Prefix, StringComparison.Ordinal),
        _ => true,
        location => location,
        Open)
    {
        LoadLibraries = NetworkSource.Kind.LoadLibraries,
    };

    public SourceInfo Info => source.Info;

    public Frame? Read(CancellationToken cancellationToken)
    {
        if (_left-- == 0)
        {
            NativeFault.Raise();
        }

        return source.Read(cancellationToken);
    }

    public void Dispose()
    {
        source.Dispose();
    }

    private static CrashingSource Open(
        SourceConfig config, SourceContext context, long firstIndex, CancellationToken cancellationToken)
    {
        var end = config.Input.IndexOf(':', StringComparison.Ordinal);
        var frames = int.Parse(config.Input.AsSpan(Prefix.Length, end - Prefix.Length), CultureInfo.InvariantCulture);
        var inner = config with { Input = config.Input[(end + 1)..] };
        return new CrashingSource(NetworkSource.Kind.Open(inner, context, firstIndex, cancellationToken), frames);
    }
}
