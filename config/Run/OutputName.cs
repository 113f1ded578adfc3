using System.Globalization;
using System.Text.RegularExpressions;

namespace Streaming.Config.Run;

/// <summary>
/// Templates of output names: {source}, {date} (20260131), {time} (120000, UTC) and {run} stand for values; date and time are
/// those of a segment's start, otherwise of the run's. A name never leaves the output folder, whatever a source is called.
/// </summary>
internal static partial class OutputName
{
    private static readonly string[] Fields = ["source", "date", "time", "run"];

    /// <summary>What is wrong with a template, or null.</summary>
    /// <param name="template">What the user wrote.</param>
    /// <param name="sources">How many sources use it.</param>
    public static string? Check(string template, int sources)
    {
        var names = Field().Matches(template).Select(match => match.Groups["name"].Value);
        if (names.FirstOrDefault(name => !Fields.Contains(name)) is { } unknown)
        {
            var supported = string.Join(", ", Fields.Select(field => $"{{{field}}}"));
            return $"'{{{unknown}}}' is not known; supported: {supported}.{NearestName.Hint(unknown, Fields)}";
        }

        return template.Trim().Length == 0 || template.EndsWith('/')
            ? "a file name is missing."
            : Path.IsPathRooted(template) || template.Split('/', '\\').Contains("..")
            ? "a name stays inside the output folder: no '..', no '/' at the start."
            : sources > 1 && !template.Contains("{source}", StringComparison.Ordinal)
            ? "with several sources {source} must stand in the name, or they would write to one file."
            : null;
    }

    /// <summary>The path for a source.</summary>
    /// <param name="folder">The output folder.</param>
    /// <param name="template">A checked template.</param>
    /// <param name="source">The source's name; characters that could lead elsewhere are replaced.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="startedAt">The start of the run or segment.</param>
    public static string Expand(string folder, string template, string source, string run, DateTimeOffset startedAt)
    {
        var name = Field().Replace(template, match => match.Groups["name"].Value switch
        {
            "source" => Safe(source),
            "date" => startedAt.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            "time" => startedAt.UtcDateTime.ToString("HHmmss", CultureInfo.InvariantCulture),
            _ => Safe(run),
        });
        return Path.Combine(folder, name);
    }

    /// <summary>A text as a part of a file name: without what could lead elsewhere.</summary>
    public static string Safe(string text)
    {
        var safe = string.Concat(text.Select(c => c is '/' or '\\' or ':' || char.IsControl(c) ? '_' : c)).TrimStart('.');
        return safe.Length == 0 ? "_" : safe;
    }

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
