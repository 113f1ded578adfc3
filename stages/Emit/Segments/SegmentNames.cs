using System.Globalization;
using System.Text.RegularExpressions;
using Streaming.Config.Run;

namespace Streaming.Stages.Emit.Segments;

/// <summary>
/// The names of one source's segments of one output. {date} and {time} are those of a segment's start; they are added where the
/// template lacks them. A name that is taken gets a number, so that no clock that is set back overwrites anything.
/// </summary>
internal sealed class SegmentNames
{
    /// <summary>Stands before the extension while a segment is written: media libraries go by the extension.</summary>
    private const string Part = ".part";

    /// <summary>Stands before the extension of what a crash has left, where it could not be made whole.</summary>
    private const string Recovered = ".recovered";

    // Stand for fields while the rest of a template is made a pattern; no name has them.
    private const string Date = "\uE000";
    private const string Time = "\uE001";
    private const string RunField = "\uE002";

    private static readonly string[] Fields = ["{date}", "{time}"];

    private readonly string _template;
    private readonly string _source;
    private readonly Regex _pattern;

    /// <param name="folder">The output folder.</param>
    /// <param name="template">The output's name with fields, see <see cref="OutputName"/>.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="run">The run's id.</param>
    public SegmentNames(string folder, string template, string source, string run)
    {
        (Folder, _source, Run) = (folder, source, run);
        string[] missing = [.. Fields.Where(field => !template.Contains(field, StringComparison.Ordinal))];
        _template = string.Join('-', [Stem(template), .. missing]) + Path.GetExtension(template);
        var name = OutputName.Expand("", Mark(_template), source, "", default);
        (_pattern, Description) = (PatternOf(name), Path.Combine(folder, Unmark(name)));
    }

    /// <summary>The output folder.</summary>
    public string Folder { get; }

    /// <summary>The run's id.</summary>
    public string Run { get; }

    /// <summary>What the names look like, for messages.</summary>
    public string Description { get; }

    /// <summary>The path of a whole segment.</summary>
    public string PathOf(string name)
    {
        return Path.Combine(Folder, name);
    }

    /// <summary>The path of a segment that is being written.</summary>
    public string PartOf(string name)
    {
        return PathOf(Insert(name, Part));
    }

    /// <summary>The path of a segment that could not be made whole after a crash.</summary>
    public string RecoveredOf(string name)
    {
        return PathOf(Insert(name, Recovered));
    }

    /// <summary>A name that no segment has.</summary>
    /// <param name="start">When it begins.</param>
    public string Free(DateTimeOffset start)
    {
        var first = OutputName.Expand("", _template, _source, Run, start);
        var name = first;
        for (var number = 2; Path.Exists(PathOf(name)) || Path.Exists(PartOf(name)) || Path.Exists(RecoveredOf(name)); number++)
        {
            name = Insert(first, $"-{number}");
        }

        return name;
    }

    /// <summary>The files that there are, oldest first.</summary>
    public IReadOnlyList<SegmentFile> Find()
    {
        var depth = _template.Contains('/', StringComparison.Ordinal)
            ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        return !Directory.Exists(Folder) ? [] :
        [
            .. Directory.EnumerateFiles(Folder, $"*{Path.GetExtension(_template)}", depth)
                .Select(Read)
                .OfType<SegmentFile>()
                .OrderBy(file => file.Start)
                .ThenBy(file => file.Name.Length)
                .ThenBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    private SegmentFile? Read(string path)
    {
        var relative = Path.GetRelativePath(Folder, path);
        if (_pattern.Match(relative) is not { Success: true } match || !DateTimeOffset.TryParseExact(
            match.Groups["date"].Value + match.Groups["time"].Value,
            "yyyyMMddHHmmss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var start))
        {
            return null;
        }

        var isPart = match.Groups["part"].Success;
        var name = isPart ? Stem(Stem(relative)) + Path.GetExtension(relative) : relative;
        return new SegmentFile(name, path, start, isPart);
    }

    private static string Mark(string template)
    {
        return template.Replace("{date}", Date, StringComparison.Ordinal)
            .Replace("{time}", Time, StringComparison.Ordinal)
            .Replace("{run}", RunField, StringComparison.Ordinal);
    }

    private static string Unmark(string name)
    {
        return name.Replace(Date, "{date}", StringComparison.Ordinal)
            .Replace(Time, "{time}", StringComparison.Ordinal)
            .Replace(RunField, "{run}", StringComparison.Ordinal);
    }

    private static Regex PatternOf(string name)
    {
        var stem = Regex.Escape(Stem(name))
            .Replace(Date, "(?<date>[0-9]{8})", StringComparison.Ordinal)
            .Replace(Time, "(?<time>[0-9]{6})", StringComparison.Ordinal)
            .Replace(RunField, "[^/]+", StringComparison.Ordinal);
        var state = $"((?<part>{Regex.Escape(Part)})|{Regex.Escape(Recovered)})?";
        return new Regex(
            $"^{stem}(-[0-9]+)?{state}{Regex.Escape(Path.GetExtension(name))}$",
            RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);
    }

    private static string Insert(string name, string addition)
    {
        return Stem(name) + addition + Path.GetExtension(name);
    }

    private static string Stem(string name)
    {
        return name[..^Path.GetExtension(name).Length];
    }
}
