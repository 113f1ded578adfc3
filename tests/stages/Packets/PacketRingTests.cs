using Streaming.Model.Structures;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Packets;

public sealed class PacketRingTests
{
    private static readonly PacketFormat Format = new(VideoCodec.H264, new ImageSize(2, 2), [1]);

    [Fact]
    public void Add_ForLong_KeepsTheSpanFromAKeyFrameOn()
    {
        var ring = new PacketRing(TimeSpan.FromSeconds(5));
        Fill(ring.Connect(), 0, 10_000);
        var packets = ring.Read(0, int.MaxValue);
        Assert.True(packets[0].Packet.IsKey);
        // Five seconds, and less than one group of a second beside.
        Assert.InRange(packets[^1].Packet.Pts - packets[0].Packet.Pts, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        Assert.Equal(packets.Count * (100 + 128), ring.Bytes);
        Assert.Equal(Enumerable.Range((int)packets[0].Number, packets.Count), packets.Select(packet => (int)packet.Number));
    }

    [Theory]
    [InlineData(25)]
    [InlineData(int.MaxValue)]
    public void Add_ManyBytes_StaysWithinTheLimit(int keyInterval)
    {
        const int Limit = 10_000;
        var ring = new PacketRing(TimeSpan.FromHours(1), Limit);
        var target = ring.Connect();
        for (var i = 0; i < 1000; i++)
        {
            target.Add(Format, Packet(i, keyInterval));
            Assert.InRange(ring.Bytes, 0, Limit);
        }

        Assert.True(ring.Read(0, 1) is [] or [{ Packet.IsKey: true }]);
        Assert.Equal(keyInterval < 1000, ring.Bytes > 0);
    }

    [Fact]
    public void Add_EmptyPackets_CostSomethingToo()
    {
        var ring = new PacketRing(TimeSpan.FromHours(1), 10_000);
        var target = ring.Connect();
        for (var i = 0; i < 1000; i++)
        {
            target.Add(Format, new Packet(default, default, true, []));
        }

        Assert.InRange(ring.Read(0, int.MaxValue).Count, 1, 100);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(999, 0)]
    [InlineData(1000, 25)]
    [InlineData(1999, 25)]
    [InlineData(-5000, 0)]
    [InlineData(99_000, 75)]
    public void FindStart_ATime_IsTheKeyFrameBefore(int milliseconds, long expected)
    {
        var ring = new PacketRing(TimeSpan.FromHours(1));
        Fill(ring.Connect(), 0, 100);
        Assert.Equal(expected, ring.FindStart(0, TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Null(ring.FindStart(1, TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public void Connect_AfterAnotherConnection_KeepsEpochsApart()
    {
        var ring = new PacketRing(TimeSpan.FromSeconds(5));
        var first = ring.Connect();
        Fill(first, 0, 100);
        ring.Epoch = 1;
        var failed = ring.Connect();
        Fill(failed, 0, 10);
        var second = ring.Connect();
        // Nobody hears the connections that are over, nor what cannot be decoded.
        Fill(first, 100, 200);
        Fill(failed, 10, 40);
        Fill(second, 20, 60);
        var epochs = ring.Read(0, int.MaxValue).GroupBy(packet => packet.Epoch).ToDictionary(group => group.Key, group => group);
        Assert.Equal([0, 1], epochs.Keys.Order());
        Assert.Equal(100, epochs[0].Count());
        Assert.Equal(35, epochs[1].Count());
        Assert.Equal(epochs[1].First().Number, ring.FindStart(1, TimeSpan.Zero));
        Fill(second, 60, 300);
        Assert.Equal([1], ring.Read(0, int.MaxValue).Select(packet => packet.Epoch).Distinct());
    }

    private static void Fill(IPacketTarget target, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            target.Add(Format, Packet(i, 25));
        }
    }

    private static Packet Packet(int number, int keyInterval)
    {
        var time = TimeSpan.FromMilliseconds(40 * number);
        return new Packet(time, time, number % keyInterval == 0, new byte[100]);
    }
}
