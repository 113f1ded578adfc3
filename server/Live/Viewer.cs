using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Threading.Channels;
using Streaming.Stages.Live;

namespace Streaming.Server.Live;

/// <summary>
/// One viewer of the live page. It gets the newest picture of each source that it watches, and at most two that it has not
/// acknowledged: one that is slow, or in the background, skips pictures and holds nobody up.
/// </summary>
internal sealed class Viewer : IDisposable
{
    private const int Ahead = 2;

    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(1);

    /// <summary>A viewer that takes nothing for so long is gone.</summary>
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    private readonly WebSocket _socket;
    private readonly LiveHub _hub;
    private readonly StatusText _status;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);

    /// <summary>Holds a word when there may be something to send.</summary>
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private volatile bool _isStatusDue = true;

    public Viewer(WebSocket socket, LiveHub hub, StatusText status, TimeProvider time)
    {
        (_socket, _hub, _status, _time) = (socket, hub, status, time);
    }

    /// <summary>Shows what it wants until it leaves.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var clock = _time.CreateTimer(_ => AskForStatus(), null, TimeSpan.Zero, StatusPeriod);
        var sending = SendAllAsync(gone.Token);
        try
        {
            await foreach (var text in ViewerMessages.ReadAsync(_socket, gone.Token).ConfigureAwait(false))
            {
                Take(ViewerMessage.Parse(text));
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or FormatException)
        {
            // It left, or says what no page of ours says.
        }

        await gone.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_socket.State == WebSocketState.CloseReceived)
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Watch([]);
    }

    private void Take(ViewerMessage message)
    {
        if (message.Watch is { } watch)
        {
            Watch(watch);
        }

        if (message.Ack is { Id: { } id } ack)
        {
            lock (_gate)
            {
                if (_watched.TryGetValue(id, out var item))
                {
                    item.Unseen.RemoveAll(number => number <= ack.Number);
                }
            }

            Wake();
        }
    }

    private void Watch(IReadOnlyList<WatchRequest> wanted)
    {
        lock (_gate)
        {
            var sizes = wanted
                .Where(item => item.Id is not null && LiveSize.Find(item.Size) is not null)
                .GroupBy(item => item.Id!, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => LiveSize.Find(group.Last().Size)!, StringComparer.Ordinal);
            foreach (var (id, item) in _watched.Where(item => sizes.GetValueOrDefault(item.Key) != item.Value.Size).ToList())
            {
                item.Watch?.Dispose();
                _watched.Remove(id);
            }

            foreach (var (id, size) in sizes.Where(item => !_watched.ContainsKey(item.Key)))
            {
                _watched[id] = new Watched(size) { Watch = _hub.Find(id)?.Watch(size, Wake) };
            }
        }
    }

    private void AskForStatus()
    {
        _isStatusDue = true;
        Wake();
    }

    private void Wake()
    {
        _news.Writer.TryWrite(true);
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _news.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_isStatusDue)
            {
                _isStatusDue = false;
                FindNewFeeds();
                await SendAsync(_status.Get(), WebSocketMessageType.Text, cancellationToken).ConfigureAwait(false);
            }

            while (NextPicture() is { } picture)
            {
                await SendAsync(Message(picture), WebSocketMessageType.Binary, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A source may begin after a viewer has asked for it.</summary>
    private void FindNewFeeds()
    {
        lock (_gate)
        {
            foreach (var (id, item) in _watched)
            {
                item.Watch ??= _hub.Find(id)?.Watch(item.Size, Wake);
            }
        }
    }

    /// <summary>The picture of the source that has waited longest for its turn.</summary>
    private LivePicture? NextPicture()
    {
        lock (_gate)
        {
            Watched? best = null;
            foreach (var item in _watched.Values)
            {
                if (item.Unseen.Count < Ahead && item.Watch?.Newest is { } newest && newest.Number > item.Sent
                    && (best is null || item.Turn < best.Turn))
                {
                    best = item;
                }
            }

            if (best?.Watch?.Newest is not { } picture)
            {
                return null;
            }

            (best.Sent, best.Turn) = (picture.Number, _time.GetTimestamp());
            best.Unseen.Add(picture.Number);
            return picture;
        }
    }

    private async Task SendAsync(byte[] message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SendLimit);
        try
        {
            await _socket.SendAsync(message, type, endOfMessage: true, limit.Token).ConfigureAwait(false);
        }
        catch
        {
            _socket.Abort();
            throw;
        }
    }

    /// <summary>The length of the JSON (little endian), the JSON, the JPEG.</summary>
    private static byte[] Message(LivePicture picture)
    {
        var message = new byte[sizeof(uint) + picture.Json.Length + picture.Jpeg.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)picture.Json.Length);
        picture.Json.CopyTo(message, sizeof(uint));
        picture.Jpeg.CopyTo(message, sizeof(uint) + picture.Json.Length);
        return message;
    }

    private sealed class Watched(LiveSize size)
    {
        public LiveSize Size => size;

        public LiveWatch? Watch { get; set; }

        public long Sent { get; set; }

        /// <summary>The pictures that were sent and not acknowledged.</summary>
        public List<long> Unseen { get; } = [];

        public long Turn { get; set; }
    }
}
