using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Model.Native;

/// <summary>
/// Looks up a symbol in the table (SHT_SYMTAB) of a 64-bit little-endian ELF file, where the linker lists also those that a
/// library keeps to itself, unless the file was stripped. Layout: System V ABI, chapters "Sections" and "Symbol Table".
/// </summary>
internal static class ElfSymbols
{
    private const int HeaderSize = 64;
    private const int SectionSize = 64;
    private const int SymbolSize = 24;
    private const uint SymbolTable = 2;

    /// <summary>Where a symbol is, relative to where the file is loaded; null when it is not listed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">As the compiler mangles it.</param>
    public static long? Find(string path, string name)
    {
        using var file = File.OpenHandle(path);
        var header = Bytes(file, 0, HeaderSize);
        if (header.Length < HeaderSize || !header.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
        {
            return null;
        }

        var sections = Bytes(file, I64(header, 0x28), SectionSize * BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x3c)));
        foreach (var table in sections.Chunk(SectionSize).Where(section => I32(section, 4) == SymbolTable))
        {
            var names = sections.AsSpan(SectionSize * (int)I32(table, 40), SectionSize);
            var text = Bytes(file, I64(names, 24), checked((int)I64(names, 32)));
            var at = text.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{name}\0")) + 1;
            var symbols = Bytes(file, I64(table, 24), checked((int)I64(table, 32)));
            for (var i = 0; at > 0 && i + SymbolSize <= symbols.Length; i += SymbolSize)
            {
                if (I32(symbols.AsSpan(i), 0) == at)
                {
                    return I64(symbols.AsSpan(i), 8);
                }
            }
        }

        return null;
    }

    private static byte[] Bytes(SafeFileHandle file, long at, int count)
    {
        var bytes = new byte[count];
        var read = RandomAccess.Read(file, bytes, at);
        return read == count ? bytes : bytes[..read];
    }

    private static uint I32(ReadOnlySpan<byte> bytes, int at)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    }

    private static long I64(ReadOnlySpan<byte> bytes, int at)
    {
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
    }
}
