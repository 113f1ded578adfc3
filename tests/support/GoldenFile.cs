using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Streaming.Testing;

/// <summary>
/// A .safetensors file of reference results, read by a few lines of its own: the product's reader is under test and must
/// not vouch for itself.
/// </summary>
public sealed class GoldenFile
{
    private static readonly ConcurrentDictionary<string, GoldenFile> Files = new();

    private readonly byte[] _bytes;
    private readonly int _dataStart;
    private readonly Dictionary<string, (string Type, long[] Shape, int Start, int End)> _tensors = [];

    private GoldenFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        _dataStart = 8 + (int)BitConverter.ToInt64(_bytes);
        using var header = JsonDocument.Parse(_bytes.AsMemory(8, _dataStart - 8));
        foreach (var property in header.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                Metadata = property.Value.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetString()!);
                continue;
            }

            var offsets = property.Value.GetProperty("data_offsets");
            _tensors[property.Name] = (
                property.Value.GetProperty("dtype").GetString()!,
                [.. property.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())],
                offsets[0].GetInt32(),
                offsets[1].GetInt32());
        }
    }

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Opens a file of the golden folder; skips the test by name where the folder lacks it.</summary>
    public static GoldenFile Open(string name)
    {
        return Files.GetOrAdd(Golden.File(name), path => new GoldenFile(path));
    }

    /// <summary>The file, or null where the folder lacks it: for finding cases.</summary>
    public static GoldenFile? TryOpen(string name)
    {
        var path = Path.Combine(Golden.Folder, name);
        return File.Exists(path) ? Files.GetOrAdd(path, p => new GoldenFile(p)) : null;
    }

    public bool Has(string name)
    {
        return _tensors.ContainsKey(name);
    }

    public long[] Shape(string name)
    {
        return _tensors[name].Shape;
    }

    /// <summary>The numbers in row-major order; the type must be the file's.</summary>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        var (type, _, start, end) = _tensors[name];
        var expected = type switch
        {
            "F32" => typeof(float),
            "F64" => typeof(double),
            "I64" => typeof(long),
            "I32" => typeof(int),
            _ => typeof(byte),
        };
        Assert.True(typeof(T) == expected || Marshal.SizeOf<T>() > 8, $"{name} is {type}");
        return MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_dataStart + start, end - start)).ToArray();
    }

    public T Scalar<T>(string name)
        where T : unmanaged
    {
        return Assert.Single(Read<T>(name));
    }

    /// <summary>The text between two offsets of a list of concatenated strings, for each.</summary>
    public string[] Strings(string name)
    {
        var (bytes, offsets) = (Read<byte>(name), Read<long>($"{name}_offsets"));
        return
        [
            .. offsets.Zip(
                offsets.Skip(1),
                (start, end) => System.Text.Encoding.ASCII.GetString(bytes, (int)start, (int)(end - start))),
        ];
    }

    /// <summary>
    /// The distinct parts of names between <paramref name="prefix"/> and the next slash, where <paramref name="member"/> follows.
    /// </summary>
    public IEnumerable<string> Cases(string prefix, string member)
    {
        return _tensors.Keys
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Where(name => name.EndsWith($"/{member}", StringComparison.Ordinal))
            .Select(name => name[prefix.Length..^(member.Length + 1)])
            .Where(name => !name.Contains('/', StringComparison.Ordinal))
            .Distinct();
    }
}
