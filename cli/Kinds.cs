using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Scenes;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Clips;
using Streaming.Stages.Emit.Snapshots;
using Streaming.Stages.Isolation;

namespace Streaming.Cli;

/// <summary>The kinds of sources and outputs that the command knows: a new one is one line here.</summary>
internal static class Kinds
{
    /// <summary>In the order in which they are asked for a location.</summary>
    public static FrameSources Sources { get; } = new([StreetSource.Kind, .. SourceKinds.BuiltIn])
    {
        Decoder = DecoderCommand.Of(typeof(Program).Assembly, Program.DecoderVerb),
    };

    /// <summary>In the order in which they are opened, written and finished: the record comes last.</summary>
    public static IReadOnlyList<OutputKind> Outputs { get; } =
    [
        new VideoOutput(),
        new SnapshotsOutput(),
        new ClipsOutput(),
        new CocoOutput(),
        new EventsOutput(),
        new StandardOutput(),
        new JsonLinesOutput(),
    ];

    /// <summary>All settings of a run.</summary>
    public static SettingsTable Settings { get; } = RunSettings.Table(Outputs.SelectMany(kind => kind.Settings));
}
