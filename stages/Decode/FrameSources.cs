using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.Stages.Decode;

/// <summary>Opens whatever a user names, by a list of kinds of sources.</summary>
public sealed class FrameSources
{
    /// <summary>Most time that a decoder of a file may take for a frame; a disk that sleeps takes seconds to wake up.</summary>
    private static readonly TimeSpan FileTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How much longer than its own time limits a live source is waited for before it is given up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<SourceKind> _kinds;

    /// <param name="kinds">The first one that matches a location opens it; <see cref="SourceKinds.BuiltIn"/> as a rule.</param>
    internal FrameSources(IReadOnlyList<SourceKind> kinds)
    {
        _kinds = kinds;
    }

    /// <summary>The kinds of sources that this project knows.</summary>
    public static FrameSources BuiltIn { get; } = new(SourceKinds.BuiltIn);

    /// <summary>
    /// How a decoder process is started: the program that it starts calls <see cref="DecoderChild.Run"/>. Null decodes everything
    /// in this process.
    /// </summary>
    internal DecoderCommand? Decoder { get; init; }

    /// <summary>How lost live sources are tried again.</summary>
    internal ReconnectOptions Reconnect { get; init; } = new();

    /// <summary>The kind of a location.</summary>
    /// <param name="location">What the user wrote.</param>
    /// <exception cref="DecodeException">It is of no kind in the list.</exception>
    internal SourceKind KindOf(string location)
    {
        return _kinds.FirstOrDefault(kind => kind.Matches(location))
            ?? throw new DecodeException(
                DecodeError.Unsupported,
                $"this kind of source is not supported; supported: {string.Join(", ", _kinds.Select(kind => kind.Name))}.");
    }

    /// <summary>Whether frames come in their own time, so that waiting for them to be done would let them pile up.</summary>
    /// <param name="location">What the user wrote.</param>
    internal bool IsLive(string location)
    {
        return KindOf(location).IsLive(location);
    }

    /// <summary>The name that a source gets from its location.</summary>
    /// <param name="location">What the user wrote.</param>
    internal string NameOf(string location)
    {
        return KindOf(location).NameOf(location);
    }

    /// <summary>Opens a source on a thread of its own; a live one reconnects by itself.</summary>
    /// <param name="config">What the user wants.</param>
    /// <param name="context">Name, memory, clock and who is told what happens.</param>
    /// <param name="firstIndex">Files: frames with a smaller index are skipped.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    internal IFrameSource Open(
        SourceConfig config, SourceContext context, long firstIndex = 0, CancellationToken cancellationToken = default)
    {
        var kind = KindOf(config.Input);
        context = context with { Limit = new PixelLimit(config.MaxMegapixels) };
        return !kind.IsWatched ? kind.Open(config, context, firstIndex, cancellationToken)
            : kind.IsLive(config.Input) ? ReconnectingSource.Open(
                token => OpenOnce(kind, config, context, firstIndex, token), Reconnect, context, cancellationToken)
            : OpenOnce(kind, config, context, firstIndex, cancellationToken);
    }

    /// <summary>Opens a source with the defaults of every setting.</summary>
    /// <param name="location">What a user writes: a file, a folder, an address.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public IFrameSource Open(string location, PixelPool pool, CancellationToken cancellationToken = default)
    {
        var id = NameOf(location);
        var context = new SourceContext(id, pool, TimeProvider.System);
        return Open(new SourceConfig { Id = id, Input = location }, context, 0, cancellationToken);
    }

    /// <summary>Opens a source once, without reconnecting: to find out about it.</summary>
    /// <param name="config">What the user wants.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    internal IFrameSource Probe(SourceConfig config, SourceContext context, CancellationToken cancellationToken)
    {
        context = context with { Limit = new PixelLimit(config.MaxMegapixels) };
        return OpenOnce(KindOf(config.Input), config, context, 0, cancellationToken);
    }

    private IFrameSource OpenOnce(
        SourceKind kind, SourceConfig config, SourceContext context, long firstIndex, CancellationToken cancellationToken)
    {
        var isLive = kind.IsLive(config.Input);
        context = context with { Packets = context.Ring?.Connect() };
        var (open, read) = isLive ? (config.OpenTimeout + Grace, config.ReadTimeout + Grace) : (FileTimeout, FileTimeout);
        var isolation = config.Isolation ?? (isLive ? Config.Run.Isolation.Process : Config.Run.Isolation.None);
        return Decoder is { } command && isolation == Config.Run.Isolation.Process
            ? IsolatedSource.Open(command, config, context, firstIndex, isOrdered: !isLive, open, read, cancellationToken)
            : WatchedSource.Open(
                token => kind.Open(config, context, firstIndex, token), config.Id, open, read, context.Time, cancellationToken);
    }
}
