using Streaming.Scenes;
using Streaming.Stages.Decode;

namespace Streaming.Cli;

/// <summary>The kinds of sources that the command knows: a new one is one line here.</summary>
internal static class Kinds
{
    /// <summary>In the order in which they are asked for a location.</summary>
    public static FrameSources Sources { get; } = new([StreetSource.Kind, .. SourceKinds.BuiltIn]);
}
