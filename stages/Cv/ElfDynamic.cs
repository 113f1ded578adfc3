using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Stages.Cv;

/// <summary>
/// The dynamic section of a 64-bit little-endian ELF file, which lists the libraries that the loader looks for. Only a few
/// kilobytes of the file are read. Layout: System V ABI, chapters "Program Header" and "Dynamic Section".
/// </summary>
internal sealed class ElfDynamic
{
    private const int SegmentSize = 56;
    private const int EntrySize = 16;
    private const int LongestName = 256;
    private const int Largest = 1 << 20;

    // Types of segments: PT_LOAD, PT_DYNAMIC, PT_NOTE.
    private const uint Load = 1;
    private const uint Dynamic = 2;
    private const uint Note = 4;

    // Tags of entries: DT_NEEDED, DT_STRTAB.
    private const long TagNeeded = 1;
    private const long TagStrings = 5;

    private readonly byte[] _entries;
    private readonly Dictionary<long, string> _needed;

    private ElfDynamic(string buildId, long offset, byte[] entries, Dictionary<long, string> needed)
    {
        (BuildId, Offset, _entries, _needed) = (buildId, offset, entries, needed);
    }

    /// <summary>The linker's hash of the file's content, in hexadecimal.</summary>
    public string BuildId { get; }

    /// <summary>Where the section begins in the file.</summary>
    public long Offset { get; }

    /// <summary>The libraries that the file needs, in the order in which they are loaded.</summary>
    public IEnumerable<string> Needed => Tags().Where(tag => tag.Tag == TagNeeded).Select(tag => _needed[tag.Value]);

    /// <summary>Reads a file; null when it is no such ELF file, needs nothing or has no build ID.</summary>
    public static ElfDynamic? Read(SafeFileHandle file)
    {
        var header = Bytes(file, 0, 64);
        if (header.Length < 64 || !header.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
        {
            return null;
        }

        var table = Bytes(file, I64(header, 0x20), SegmentSize * BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x38)));
        var segments = table.Chunk(SegmentSize)
            .Select(s => (Type: BinaryPrimitives.ReadUInt32LittleEndian(s), At: I64(s, 8), Address: I64(s, 16), Size: I64(s, 32)))
            .ToArray();
        var dynamic = segments.FirstOrDefault(segment => segment.Type == Dynamic);
        var notes = segments.Where(segment => segment.Type == Note && segment.Size < Largest);
        var id = notes.Select(note => IdIn(Bytes(file, note.At, (int)note.Size))).FirstOrDefault(id => id is not null);
        if (dynamic.Size is < EntrySize or > Largest || id is null)
        {
            return null;
        }

        var result = new ElfDynamic(id, dynamic.At, Bytes(file, dynamic.At, (int)dynamic.Size), []);
        var address = result.Tags().FirstOrDefault(tag => tag.Tag == TagStrings).Value;
        var home = segments.FirstOrDefault(s => s.Type == Load && address >= s.Address && address < s.Address + s.Size);
        foreach (var (_, name) in result.Tags().Where(tag => tag.Tag == TagNeeded))
        {
            var text = Bytes(file, home.At + address - home.Address + name, LongestName);
            result._needed[name] = Encoding.ASCII.GetString(text.AsSpan(0, Math.Max(text.IndexOf((byte)0), 0)));
        }

        return home.Size > 0 ? result : null;
    }

    /// <summary>The section's bytes without the needs of some libraries: the others move up, and end marks follow them.</summary>
    public byte[] Without(IReadOnlyCollection<string> libraries)
    {
        var result = new byte[_entries.Length];
        var at = 0;
        for (var from = 0; from < _entries.Length; from += EntrySize)
        {
            var entry = _entries.AsSpan(from, EntrySize);
            if (I64(entry, 0) != TagNeeded || !libraries.Contains(_needed[I64(entry, 8)]))
            {
                entry.CopyTo(result.AsSpan(at));
                at += EntrySize;
            }
        }

        return result;
    }

    private static string? IdIn(ReadOnlySpan<byte> note)
    {
        // Lengths of name and content, the type (3: build ID), the name.
        if (note.Length <= 16 || BinaryPrimitives.ReadInt32LittleEndian(note[8..]) != 3 || !note[12..].StartsWith("GNU\0"u8))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(note[4..]);
        return Convert.ToHexStringLower(note.Slice(16, Math.Clamp(length, 1, note.Length - 16)));
    }

    private static byte[] Bytes(SafeFileHandle file, long offset, int count)
    {
        var bytes = new byte[count];
        var read = RandomAccess.Read(file, bytes, offset);
        return read == count ? bytes : bytes[..read];
    }

    private static long I64(ReadOnlySpan<byte> bytes, int at)
    {
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
    }

    private IEnumerable<(long Tag, long Value)> Tags()
    {
        for (var at = 0; at + EntrySize <= _entries.Length && I64(_entries, at) != 0; at += EntrySize)
        {
            yield return (I64(_entries, at), I64(_entries, at + 8));
        }
    }
}
