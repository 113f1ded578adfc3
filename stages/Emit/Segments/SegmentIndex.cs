using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Emit.Segments;

/// <summary>
/// The file that lists one source's whole segments of one output, as JSON lines. The files themselves count: what the index lacks
/// is added, and what is gone is struck out, whenever it is opened. Used by one thread at a time.
/// </summary>
internal sealed class SegmentIndex
{
    private readonly string _path;
    private readonly List<Segment> _segments;
    private int _saved;

    private SegmentIndex(string path, List<Segment> segments, bool isCurrent)
    {
        (_path, _segments, _saved) = (path, segments, isCurrent ? segments.Count : -1);
    }

    /// <summary>The segments, in the order in which they were found or written.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Reads the index and makes it agree with the files; <see cref="Save"/> writes it.</summary>
    /// <param name="path">The index.</param>
    /// <param name="files">The whole segments that there are, in order.</param>
    /// <param name="describe">Reads what the index would say about a file.</param>
    public static SegmentIndex Open(string path, IEnumerable<SegmentFile> files, Func<SegmentFile, Segment> describe)
    {
        var saved = Read(path);
        var known = saved.DistinctBy(segment => segment.Name).ToDictionary(segment => segment.Name);
        List<Segment> segments = [.. files.Select(file => known.GetValueOrDefault(file.Name) ?? describe(file))];
        return new SegmentIndex(path, segments, segments.SequenceEqual(saved));
    }

    /// <summary>Reads an index as far as it is whole.</summary>
    public static IReadOnlyList<Segment> Read(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(Parse).OfType<Segment>()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Adds a segment.</summary>
    public void Add(Segment segment)
    {
        _segments.Add(segment);
    }

    /// <summary>Strikes out segments.</summary>
    public void Remove(IReadOnlyCollection<Segment> segments)
    {
        _segments.RemoveAll(segments.Contains);
        _saved = -1;
    }

    /// <summary>
    /// Writes what is new. On a full disk the index waits: it can be made again from the files, so no output fails for it.
    /// </summary>
    public void Save(ILogger logger)
    {
        try
        {
            if (_saved >= 0 && File.Exists(_path))
            {
                File.AppendAllText(_path, string.Concat(_segments.Skip(_saved).Select(Line)));
            }
            else
            {
                // Whole or not at all: a crash leaves the old one.
                var written = $"{_path}.new";
                File.WriteAllText(written, string.Concat(_segments.Select(Line)));
                File.Move(written, _path, overwrite: true);
            }

            _saved = _segments.Count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _saved = -1;
            SegmentLog.IndexNotWritten(logger, _path, exception.Message);
        }
    }

    private static string Line(Segment segment)
    {
        return JsonSerializer.Serialize(segment, SegmentJson.Default.Segment) + "\n";
    }

    private static Segment? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, SegmentJson.Default.Segment) is { Name: not null } segment ? segment : null;
        }
        catch (JsonException)
        {
            // A crash has cut it off: the file it tells of is read anew.
            return null;
        }
    }
}
