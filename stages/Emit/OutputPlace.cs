using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Emit;

/// <summary>Where the outputs of a run go.</summary>
/// <param name="Values">What the user said.</param>
/// <param name="Run">The run.</param>
internal sealed record OutputPlace(SettingValues Values, RunInfo Run)
{
    /// <summary>The output folder.</summary>
    public string Folder => Values.Get(OutputSettings.Folder);

    /// <summary>The path of an output.</summary>
    /// <param name="template">Its name with fields, see <see cref="OutputName"/>.</param>
    /// <param name="sourceId">The source's name.</param>
    public string PathOf(string template, string sourceId)
    {
        return OutputName.Expand(Values.Get(OutputSettings.Folder), template, sourceId, Run.RunId, Run.StartedAt);
    }

    /// <summary>What the segments of an output are called.</summary>
    /// <param name="template">Its name with fields.</param>
    /// <param name="sourceId">The source's name.</param>
    public SegmentNames SegmentsOf(string template, string sourceId)
    {
        return new SegmentNames(Values.Get(OutputSettings.Folder), template, sourceId, Run.RunId);
    }

    /// <summary>Creates the folders of a path: a template may name some.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The path.</returns>
    /// <exception cref="EmitException">They cannot be created.</exception>
    public static string WithFolders(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }

    /// <summary>
    /// A path that nothing is at, made of another one by a number: what a camera has written nobody can make again.
    /// </summary>
    /// <param name="path">The path, which is taken when it is free. An empty file is what a failed attempt has left.</param>
    /// <param name="partial">What is added to the name of a file that is not whole; nothing may be there either.</param>
    public static string Free(string path, string partial = "")
    {
        var free = path;
        for (var number = 2; IsTaken(free) || IsTaken(free + partial); number++)
        {
            free = $"{Path.ChangeExtension(path, null)}-{number}{Path.GetExtension(path)}";
        }

        return free;
    }

    private static bool IsTaken(string path)
    {
        return FileState.Of(path) is { Length: > 0 };
    }
}
