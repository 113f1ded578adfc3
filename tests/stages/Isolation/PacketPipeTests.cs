using System.Buffers.Binary;
using System.Collections.Concurrent;
using Streaming.Model.Structures;
using Streaming.Stages.Isolation;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Isolation;

/// <summary>The pipe that packets come through from a decoder process, which is not trusted.</summary>
public sealed class PacketPipeTests : IPacketTarget
{
    private static readonly long[] Extremes = [long.MinValue, long.MinValue + 1, -1, 0, 1, int.MaxValue, long.MaxValue];
    private readonly ConcurrentQueue<(PacketFormat Format, Packet Packet)> _received = new();
    private readonly TaskCompletionSource<string> _distrusted = new();

    void IPacketTarget.Add(PacketFormat format, Packet packet)
    {
        _received.Enqueue((format, packet));
    }

    [Fact]
    public void Read_HeaderOfAnyNumbers_IsGoodOrRefused()
    {
        var random = new Random(1);
        var bytes = new byte[PacketHeader.Bytes];
        var good = 0;
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, random.Next(4));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), (int)Any());
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Any());
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Any());
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), random.Next(4));
            try
            {
                var header = PacketHeader.Read(bytes);
                Assert.InRange(header.Length, 1, Packet.MostBytes);
                good++;
            }
            catch (InvalidDataException)
            {
                // Refused; any other exception fails the test.
            }
        }

        Assert.InRange(good, 100, 19_900);

        long Any()
        {
            return random.Next(2) == 0 ? Extremes[random.Next(Extremes.Length)] : random.Next(1, 5000);
        }
    }

    [Fact]
    public void Receive_WhatWasSent_Arrives()
    {
        var format = new PacketFormat(VideoCodec.H264, new ImageSize(720, 1280), [1, 2, 3]);
        var key = new Packet(TimeSpan.FromTicks(7), TimeSpan.FromTicks(-5), true, [9, 8]);
        using (var sut = new PacketReceiver(this, exception => _distrusted.SetResult(exception.Message)))
        {
            using var sender = new PacketSender(sut.Path);
            sender.Add(format, key);
            sender.Add(format, key with { IsKey = false, Data = new byte[100_000] });
        }

        Assert.Equal([2, 100_000], _received.Select(item => item.Packet.Data.Length));
        var (receivedFormat, packet) = _received.First();
        Assert.True(receivedFormat.IsSame(format));
        Assert.Equal((key.Pts, key.Dts, key.IsKey), (packet.Pts, packet.Dts, packet.IsKey));
        Assert.False(_distrusted.Task.IsCompleted);
    }

    [Fact]
    public async Task Receive_TimeThatHasNoAbsoluteValue_IsDistrustedAndNothingEnds()
    {
        using var sut = new PacketReceiver(this, exception => _distrusted.SetResult(exception.Message));
        var bytes = new byte[PacketHeader.Bytes];
        new PacketHeader(PacketHeader.Content.Packet, 1, long.MinValue, 0, 0).Write(bytes);
        await using (var pipe = new FileStream(sut.Path, FileMode.Open, FileAccess.Write))
        {
            await pipe.WriteAsync(bytes);
        }

        Assert.Equal("a packet of kind 2 and 1 bytes", await _distrusted.Task);
        Assert.Empty(_received);
    }
}
