namespace Streaming.Training.Evaluation.Tracks;

/// <summary>Reads a file of tracks: MOTChallenge's text (.txt) or frames/1 (.jsonl).</summary>
internal static class TrackFile
{
    /// <summary>The endings of such files.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".txt", ".jsonl"];

    /// <summary>Whether a path has one of the <see cref="Endings"/>.</summary>
    public static bool IsOne(string path)
    {
        return Endings.Contains(Path.GetExtension(path).ToLowerInvariant());
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isTruth">Whether rows of MOTChallenge's text can be marked as not to be evaluated.</param>
    /// <exception cref="TrackFileException">It cannot be read, or a line is wrong.</exception>
    public static TrackSequence Read(string path, bool isTruth)
    {
        Action<TrackSequence, string> read = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".txt" => (tracks, line) => MotRow.AddTo(tracks, line, isTruth),
            ".jsonl" => FrameLine.AddTo,
            _ => throw new TrackFileException(
                $"{path}: tracks are read from MOTChallenge's text (.txt) and from JSON lines of 'streaming run' (.jsonl)."),
        };
        var (tracks, number) = (new TrackSequence(), 0);
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    read(tracks, line);
                }
            }

            return tracks.Untracked == 0 || tracks.Frames.Any()
                ? tracks
                : throw new TrackFileException(
                    $"{path}: none of {tracks.Untracked} detections has a track_id: 'streaming run --track' gives them.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TrackFileException($"{path}: cannot be read: {exception.Message}", exception);
        }
        catch (FormatException exception)
        {
            throw new TrackFileException($"{path}, line {number}: {exception.Message}", exception);
        }
    }
}
