using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// A kind of source: how its locations look and how they are opened. A new kind is one file and one line in a list of kinds; the
/// first kind of the list that matches a location opens it.
/// </summary>
/// <param name="Name">For documentation and messages, for example "network stream".</param>
/// <param name="Matches">Whether a location that a user wrote is of this kind.</param>
/// <param name="IsLive">Whether the frames of a location come in their own time, so that waiting would let them pile up.</param>
/// <param name="NameOf">The name that a source gets from its location when the user gives none.</param>
/// <param name="Open">Opens a source once; throws a <see cref="DecodeException"/> when that fails.</param>
internal sealed record SourceKind(
    string Name, Func<string, bool> Matches, Func<string, bool> IsLive, Func<string, string> NameOf, SourceKindOpener Open)
{
    /// <summary>Whether locations are paths of files or folders, which must exist before a run starts.</summary>
    public bool IsFile { get; init; }

    /// <summary>Loads what decodes, before a decoder process gives up the right to.</summary>
    public Action LoadLibraries { get; init; } = () => { };

    /// <summary>
    /// Whether native code decodes, which may hang or crash: such a source can have a process of its own, and a live one
    /// is reopened when it fails.
    /// </summary>
    public bool IsWatched { get; init; } = true;
}

/// <summary>Opens a source of a kind.</summary>
/// <param name="config">What the user wants.</param>
/// <param name="context">Name, memory and clock.</param>
/// <param name="firstIndex">Files: frames with a smaller index are skipped.</param>
/// <param name="cancellationToken">Gives up opening.</param>
/// <exception cref="DecodeException">The source does not exist or cannot be decoded.</exception>
internal delegate IFrameSource SourceKindOpener(
    SourceConfig config, SourceContext context, long firstIndex, CancellationToken cancellationToken);
