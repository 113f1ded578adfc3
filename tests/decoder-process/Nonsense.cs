using System.Buffers.Binary;
using System.Text;

namespace Streaming.DecoderProcess;

/// <summary>Says what a decoder process that was taken over might say.</summary>
internal static class Nonsense
{
    private static readonly string[] Contents =
    [
        "", "null", "{}", "[]", new string('[', 5000), """{"Name":"../../x","Failure":"x"}""", """{"Name":null}""",
        """{"SlotBytes":-1}""", """{"SlotBytes":0}""", """{"SlotBytes":72}""", """{"SlotBytes":9223372036854775807}""",
        """{"Location":"x","Size":{"Height":4,"Width":6}}""", """{"Location":"x","Size":{"Height":-1,"Width":1}}""",
        """{"Location":"","Size":{"Height":4,"Width":6}}""", """{"Error":99,"Message":"x"}""", """{"Error":1,"Message":null}""",
    ];

    /// <summary>Writes messages, most of them wrong, and garbage into the ring when there is one.</summary>
    public static void Write(int seed)
    {
        var random = new Random(seed);
        using var output = Console.OpenStandardOutput();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                Write(output, random);
            }
        }
        catch (IOException)
        {
            // The parent has had enough.
        }
    }

    private static void Write(Stream output, Random random)
    {
        var kind = random.Next(20) == 0 ? (byte)random.Next(256) : (byte)"wonfexjrs"[random.Next(9)];
        output.WriteByte(kind);
        if (kind is (byte)'f' or (byte)'e' or (byte)'s')
        {
            return;
        }

        var content = Encoding.UTF8.GetBytes(Contents[random.Next(Contents.Length)]);
        Span<byte> length = stackalloc byte[4];
        var isTrue = random.Next(10) > 0;
        BinaryPrimitives.WriteInt32LittleEndian(length, isTrue ? content.Length : random.Next(int.MinValue, int.MaxValue));
        output.Write(length);
        output.Write(content);
    }
}
