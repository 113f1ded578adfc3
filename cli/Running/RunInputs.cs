using Streaming.Config.Run;
using Streaming.Stages.Decode;

namespace Streaming.Cli.Running;

/// <summary>What a user names as inputs, as sources with a name each.</summary>
internal static class RunInputs
{
    private static readonly string[] VideoExtensions = [".mp4", ".mkv", ".mov", ".avi", ".webm", ".ts", ".m4v", ".mpg", ".mpeg", ".flv", ".wmv"];

    /// <summary>Gives each source a name of its own; a folder of videos becomes a source for each.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static IReadOnlyList<SourceConfig> Expand(IReadOnlyList<SourceConfig> sources)
    {
        var expanded = new List<SourceConfig>();
        foreach (var source in sources.SelectMany(Videos))
        {
            var name = source.Id.Length > 0 ? source.Id : FrameSources.NameOf(source.Input);
            var (id, number) = (name, 1);
            while (expanded.Any(other => other.Id == id))
            {
                id = $"{name}-{++number}";
            }

            expanded.Add(source with { Id = id, WhenFull = source.WhenFull ?? (FrameSources.IsLive(source.Input) ? FullMode.DropOldest : FullMode.Wait) });
        }

        return expanded;
    }

    private static IEnumerable<SourceConfig> Videos(SourceConfig source)
    {
        var input = source.Input;
        if (StreamAddress.IsAddress(input) || CameraSource.IsCamera(input) || SyntheticSource.IsSynthetic(input) || File.Exists(input))
        {
            return [source];
        }

        if (!Directory.Exists(input))
        {
            throw new UsageException($"{input}: there is no such file or folder.");
        }

        string[] files = [.. Directory.EnumerateFiles(input).Order(StringComparer.Ordinal)];
        SourceConfig[] videos =
        [
            .. files.Where(file => VideoExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Select(file => source with { Input = file, Id = source.Id.Length == 0 ? "" : $"{source.Id}-{Path.GetFileNameWithoutExtension(file)}" }),
        ];
        return files.Any(ImageSource.IsImage) || videos.Length == 0 ? [source, .. videos] : videos;
    }
}
