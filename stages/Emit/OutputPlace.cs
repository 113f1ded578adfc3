using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>Where the outputs of a run go.</summary>
/// <param name="Values">What the user said.</param>
/// <param name="Run">The run.</param>
internal sealed record OutputPlace(SettingValues Values, RunInfo Run)
{
    /// <summary>The path of an output.</summary>
    /// <param name="template">Its name with fields, see <see cref="OutputName"/>.</param>
    /// <param name="sourceId">The source's name.</param>
    public string PathOf(string template, string sourceId)
    {
        return OutputName.Expand(Values.Get(OutputSettings.Folder), template, sourceId, Run.RunId, Run.StartedAt);
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
}
