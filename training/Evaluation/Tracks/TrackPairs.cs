namespace Streaming.Training.Evaluation.Tracks;

/// <summary>Which file of results belongs to which file of truth.</summary>
internal static class TrackPairs
{
    /// <summary>Finds the files.</summary>
    /// <param name="truth">A file or a folder.</param>
    /// <param name="results">The same.</param>
    /// <returns>
    /// The two files themselves, or for each file of tracks in the folder of the truth, by name, the one of the other folder that
    /// has the same name but for its ending.
    /// </returns>
    /// <exception cref="TrackFileException">A folder and a file, or a file is missing or not the only one.</exception>
    public static IReadOnlyList<(string Name, string Truth, string Results)> Find(string truth, string results)
    {
        if (Directory.Exists(truth) != Directory.Exists(results))
        {
            var (folder, other) = Directory.Exists(truth) ? (truth, results) : (results, truth);
            throw new TrackFileException(
                $"{folder} is a folder, {other} is not: the truth and the results must be two files or two folders.");
        }

        if (!Directory.Exists(truth))
        {
            return [(Path.GetFileNameWithoutExtension(truth), truth, results)];
        }

        var (truths, found) = (Files(truth), Files(results));
        return truths.Count == 0
            ? throw new TrackFileException($"{truth}: holds no {Endings}.")
            : [.. truths.Select(file => (file.Key, file.Value, found.TryGetValue(file.Key, out var path)
                ? path
                : throw new TrackFileException(
                    $"{results}: holds no {file.Key} ({Endings}); each file of {truth} needs one.")))];
    }

    private static string Endings => string.Join(" or ", TrackFile.Endings);

    private static SortedDictionary<string, string> Files(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(TrackFile.IsOne).Order(StringComparer.Ordinal))
            {
                if (!files.TryAdd(Path.GetFileNameWithoutExtension(file), file))
                {
                    throw new TrackFileException(
                        $"{file}: {files[Path.GetFileNameWithoutExtension(file)]} has the same name; one must go.");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TrackFileException($"{folder}: cannot be read: {exception.Message}", exception);
        }

        return files;
    }
}
