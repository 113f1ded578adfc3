using System.Buffers.Binary;
using System.Text;

namespace Streaming.Model.Native;

/// <summary>
/// Edits the version needs (SHT_GNU_verneed) of a 64-bit little-endian ELF file in memory.
/// Layout: System V ABI and the LSB's chapter "Symbol Versioning".
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort FlagWeak = 2;

    /// <summary>
    /// Marks each need of <paramref name="version"/> as weak, so that the loader accepts a library without it.
    /// Returns how many needs were marked; 0 also when <paramref name="elf"/> is not such an ELF file.
    /// </summary>
    public static int MakeWeak(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return 0;
        }

        var sectionsAt = (long)U64(elf, 0x28);
        int sectionSize = U16(elf, 0x3a), sectionCount = U16(elf, 0x3c);
        var marked = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var section = sectionsAt + ((long)i * sectionSize);
            if (U32(elf, section + 4) == SectionTypeVersionNeeds)
            {
                var strings = sectionsAt + (U32(elf, section + 40) * (long)sectionSize);
                marked += MakeWeak(
                    elf, (long)U64(elf, section + 24), (long)U64(elf, strings + 24), Encoding.ASCII.GetBytes(version));
            }
        }

        return marked;
    }

    /// <summary>Walks the chain of needed files, and of each file the chain of its needed versions.</summary>
    private static int MakeWeak(Span<byte> elf, long need, long strings, ReadOnlySpan<byte> version)
    {
        var marked = 0;
        while (true)
        {
            var aux = need + U32(elf, need + 8);
            for (int i = 0, count = U16(elf, need + 2); i < count; i++)
            {
                var name = elf[(int)(strings + U32(elf, aux + 8))..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                {
                    var flags = elf.Slice((int)aux + 4, 2);
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(U16(elf, aux + 4) | FlagWeak));
                    marked++;
                }

                aux += U32(elf, aux + 12);
            }

            var next = U32(elf, need + 12);
            if (next == 0)
            {
                return marked;
            }

            need += next;
        }
    }

    private static ushort U16(ReadOnlySpan<byte> elf, long at)
    {
        return BinaryPrimitives.ReadUInt16LittleEndian(elf[(int)at..]);
    }

    private static uint U32(ReadOnlySpan<byte> elf, long at)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(elf[(int)at..]);
    }

    private static ulong U64(ReadOnlySpan<byte> elf, long at)
    {
        return BinaryPrimitives.ReadUInt64LittleEndian(elf[(int)at..]);
    }
}
