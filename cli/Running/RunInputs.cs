using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Stages.Decode;

namespace Streaming.Cli.Running;

/// <summary>What a user names as inputs, as sources with a name each.</summary>
internal static class RunInputs
{
    private static readonly string[] VideoExtensions =
        [".mp4", ".mkv", ".mov", ".avi", ".webm", ".ts", ".m4v", ".mpg", ".mpeg", ".flv", ".wmv"];

    /// <summary>Gives each source a name of its own; a folder of videos becomes a source for each.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static IReadOnlyList<SourceConfig> Expand(IReadOnlyList<SourceConfig> sources)
    {
        return [.. ExpandEach(sources).Select(item => item.Source)];
    }

    /// <summary>The same, each with the place in the list of what it was made of.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static IReadOnlyList<(SourceConfig Source, int Entry)> ExpandEach(IReadOnlyList<SourceConfig> sources)
    {
        var expanded = new List<(SourceConfig Source, int Entry)>();
        foreach (var (source, entry) in sources.SelectMany((source, i) => Videos(source).Select(video => (video, i))))
        {
            var name = source.Id.Length > 0 ? source.Id : Kinds.Sources.NameOf(source.Input);
            var (id, number) = (name, 1);
            while (expanded.Any(other => other.Source.Id == id))
            {
                id = $"{name}-{++number}";
            }

            var whenFull = source.WhenFull ?? (Kinds.Sources.IsLive(source.Input) ? FullMode.DropOldest : FullMode.Wait);
            expanded.Add((source with { Id = id, WhenFull = whenFull }, entry));
        }

        return expanded;
    }

    /// <summary>What is wrong with the certificates that a source is to trust, one sentence each.</summary>
    public static IEnumerable<string> TrustErrors(SettingValues source)
    {
        if (source.Find(SourceSettings.Trust) is not { } trust || trust == SourceConfig.TrustAny)
        {
            return [];
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(trust);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return [$"{source.Full(SourceSettings.Trust)}: cannot be read: {exception.Message}"];
        }

        var count = certificates.Count;
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }

        return count > 0 ? [] :
        [
            $"{source.Full(SourceSettings.Trust)}: holds no certificate; "
                + $"it must hold text from '-----BEGIN CERTIFICATE-----' on, or say '{SourceConfig.TrustAny}'.",
        ];
    }

    /// <summary>Schedules of a source that shows no time of day, one sentence each.</summary>
    public static IEnumerable<string> ScheduleErrors(SettingValues source)
    {
        return source.Find(SourceSettings.Input) is { } input && !Kinds.Sources.IsLive(input)
            ? ZoneChecks.ScheduleErrors(source)
            : [];
    }

    private static SourceConfig[] Videos(SourceConfig source)
    {
        var input = source.Input;
        if (!Kinds.Sources.KindOf(input).IsFile || File.Exists(input))
        {
            return [source];
        }

        if (!Directory.Exists(input))
        {
            throw new UsageException($"{StreamAddress.Show(input)}: there is no such file or folder.");
        }

        string[] files = [.. SourceFiles.InFolder(input, source.Recursive)];
        SourceConfig[] videos =
        [
            .. files.Where(file => VideoExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Select(file => source with
                {
                    Input = file,
                    Id = source.Id.Length == 0 ? "" : $"{source.Id}-{Path.GetFileNameWithoutExtension(file)}",
                }),
        ];
        return files.Any(ImageSource.IsImage) || videos.Length == 0 ? [source, .. videos] : videos;
    }
}
