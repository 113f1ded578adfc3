using System.Text;

namespace Streaming.Stages.Export;

/// <summary>
/// Lines that come in any order and are read key by key. What is too much for memory lies in a file until then.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="limit">The most characters in memory.</param>
internal sealed class KeyedLines(string path, int limit = 1 << 24) : IDisposable
{
    private readonly Dictionary<(string Source, long Number), StringBuilder> _open = [];
    private readonly Dictionary<(string Source, long Number), List<(long Offset, int Length)>> _written = [];
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.ReadWrite);
    private int _held;

    /// <summary>Adds a line of ASCII, without its end.</summary>
    public void Add((string Source, long Number) key, string line)
    {
        if (!_open.TryGetValue(key, out var text))
        {
            _open.Add(key, text = new StringBuilder());
        }

        text.Append(line).Append('\n');
        _held += line.Length + 1;
        if (_held > limit)
        {
            WriteOut();
        }
    }

    /// <summary>The lines of a key, in the order in which they came.</summary>
    public IEnumerable<string> Read((string Source, long Number) key)
    {
        foreach (var (offset, length) in _written.GetValueOrDefault(key) ?? [])
        {
            var bytes = new byte[length];
            _file.Seek(offset, SeekOrigin.Begin);
            _file.ReadExactly(bytes);
            foreach (var line in Lines(Encoding.ASCII.GetString(bytes)))
            {
                yield return line;
            }
        }

        foreach (var line in Lines(_open.GetValueOrDefault(key)?.ToString() ?? ""))
        {
            yield return line;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
    }

    private static string[] Lines(string text)
    {
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void WriteOut()
    {
        _file.Seek(0, SeekOrigin.End);
        foreach (var (key, text) in _open)
        {
            var bytes = Encoding.ASCII.GetBytes(text.ToString());
            if (!_written.TryGetValue(key, out var pieces))
            {
                _written.Add(key, pieces = []);
            }

            pieces.Add((_file.Position, bytes.Length));
            _file.Write(bytes);
        }

        _open.Clear();
        _held = 0;
    }
}
