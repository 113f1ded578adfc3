namespace Streaming.Stages.Packets;

/// <summary>
/// A source's newest packets, from a key frame on: what was before an event is written from here. Bounded in time and in bytes;
/// the oldest frames go first, up to the next key frame. Safe for any thread.
/// </summary>
/// <param name="span">How much of the stream is kept at least, as long as <paramref name="maxBytes"/> allow it.</param>
/// <param name="maxBytes">Most bytes.</param>
internal sealed class PacketRing(TimeSpan span, long maxBytes = PacketRing.UsualBytes)
{
    /// <summary>64 MiB: half a minute of 16 Mbit/s.</summary>
    public const long UsualBytes = 64L << 20;

    /// <summary>What a packet takes beside its data, so that empty ones are bounded too.</summary>
    private const int Overhead = 128;

    private readonly Lock _gate = new();
    private readonly List<StoredPacket> _packets = [];
    private Connection? _connection;
    private long _next;
    private long _bytes;
    private bool _hasKey;

    /// <summary>The source's epoch: of the connections from now on.</summary>
    public int Epoch { get; set; }

    /// <summary>Called after each packet, on the thread that gave it.</summary>
    public Action Added { get; set; } = () => { };

    /// <summary>What the packets take at the moment.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>
    /// A connection of the current epoch begins. What an earlier connection still gives is not taken any more, and what one that
    /// failed has given of this epoch is forgotten.
    /// </summary>
    public IPacketTarget Connect()
    {
        lock (_gate)
        {
            _hasKey = false;
            Forget(_packets.FindIndex(packet => packet.Epoch == Epoch) is var first and >= 0 ? _packets.Count - first : 0, true);
            return _connection = new Connection(this, Epoch);
        }
    }

    /// <summary>Where a clip that shows a time begins: at the last key frame before, or at the first one that there is.</summary>
    /// <param name="epoch">The source's epoch.</param>
    /// <param name="pts">The time.</param>
    /// <returns>A packet's number; null when nothing is there of the epoch.</returns>
    public long? FindStart(int epoch, TimeSpan pts)
    {
        lock (_gate)
        {
            var keys = _packets.Where(packet => packet.Epoch == epoch && packet.Packet.IsKey);
            return (keys.LastOrDefault(packet => packet.Packet.Pts <= pts) ?? keys.FirstOrDefault())?.Number;
        }
    }

    /// <summary>The packets from a number on, as far as they are there.</summary>
    /// <param name="number">The first one's number.</param>
    /// <param name="most">Most packets.</param>
    public IReadOnlyList<StoredPacket> Read(long number, int most)
    {
        lock (_gate)
        {
            var first = _packets.Count == 0 ? 0 : (int)Math.Clamp(number - _packets[0].Number, 0, _packets.Count);
            return _packets.GetRange(first, Math.Min(most, _packets.Count - first));
        }
    }

    private static long Cost(StoredPacket packet)
    {
        return packet.Packet.Data.Length + Overhead;
    }

    private void Add(Connection connection, PacketFormat format, Packet packet)
    {
        lock (_gate)
        {
            if (connection != _connection || (!_hasKey && !packet.IsKey))
            {
                return;
            }

            _hasKey = true;
            var stored = new StoredPacket(_next++, connection.Epoch, format, packet);
            _packets.Add(stored);
            _bytes += Cost(stored);
            Trim(stored);
        }

        Added();
    }

    private void Trim(StoredPacket newest)
    {
        while (_packets.FindIndex(1, packet => packet.Packet.IsKey) is var key and > 0
            && (_bytes > maxBytes || IsOld(_packets[key], newest)))
        {
            Forget(key, false);
        }

        if (_bytes > maxBytes)
        {
            // Key frames too far apart for the limit: nothing can be shown before the next one.
            Forget(_packets.Count, false);
            _hasKey = false;
        }
    }

    /// <summary>Whether nothing before a key frame is needed any more.</summary>
    private bool IsOld(StoredPacket key, StoredPacket newest)
    {
        var start = key.Epoch == newest.Epoch ? key : _packets.Find(packet => packet.Epoch == newest.Epoch)!;
        return newest.Packet.Pts - start.Packet.Pts >= span;
    }

    private void Forget(int count, bool isNewest)
    {
        var first = isNewest ? _packets.Count - count : 0;
        for (var i = first; i < first + count; i++)
        {
            _bytes -= Cost(_packets[i]);
        }

        _packets.RemoveRange(first, count);
    }

    private sealed class Connection(PacketRing ring, int epoch) : IPacketTarget
    {
        public int Epoch => epoch;

        public void Add(PacketFormat format, Packet packet)
        {
            ring.Add(this, format, packet);
        }
    }
}
