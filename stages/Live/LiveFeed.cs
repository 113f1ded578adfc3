using Microsoft.Extensions.Logging;
using Streaming.Stages.Emit;

namespace Streaming.Stages.Live;

/// <summary>
/// The pictures of one source for all its viewers. Each is encoded once in each size that somebody watches, and not at all when
/// nobody does. Encoding takes place on a thread of the pool, always of the newest frame: it holds no frame up.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of pictures that cannot be made.</param>
internal sealed class LiveFeed(TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Channel[] _channels = [.. LiveSize.All.Select(size => new Channel(size))];
    private OutputFrame? _next;
    private bool _isEncoding;

    /// <summary>Pictures that were encoded, for tests.</summary>
    public long Encoded => _channels.Sum(channel => channel.Count);

    /// <summary>Begins to watch.</summary>
    /// <param name="size">In which size.</param>
    /// <param name="changed">Told that there is a newer picture; must return at once.</param>
    public LiveWatch Watch(LiveSize size, Action changed)
    {
        var channel = _channels.First(item => item.Size == size);
        var watch = new LiveWatch(() => channel.Newest, changed, gone =>
        {
            lock (_gate)
            {
                channel.Leave(gone);
            }
        });
        lock (_gate)
        {
            channel.Watches.Add(watch);
        }

        return watch;
    }

    /// <summary>Takes a share of a frame if a viewer is due a picture; returns at once.</summary>
    public void Offer(OutputFrame frame)
    {
        lock (_gate)
        {
            if (!_channels.Any(IsDue))
            {
                return;
            }

            _next?.Dispose();
            _next = frame.Share();
            if (_isEncoding)
            {
                return;
            }

            _isEncoding = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static feed => feed.Encode(), this, preferLocal: false);
    }

    private void Encode()
    {
        while (true)
        {
            OutputFrame frame;
            Channel[] due;
            lock (_gate)
            {
                if (_next is null)
                {
                    _isEncoding = false;
                    return;
                }

                (frame, _next) = (_next, null);
                due = [.. _channels.Where(IsDue)];
                Array.ForEach(due, channel => channel.EncodedAt = time.GetTimestamp());
            }

            using (frame)
            {
                Array.ForEach(due, channel => Encode(frame, channel));
            }
        }
    }

    private void Encode(OutputFrame frame, Channel channel)
    {
        LivePicture picture;
        try
        {
            picture = LivePicture.Of(frame, channel.Size, channel.Count + 1);
        }
        catch (Exception exception)
        {
            // Whatever OpenCV says: viewers miss a picture, nobody else anything.
            EmitLog.NoLivePicture(logger, frame.Result.Identity.SourceId, exception.Message);
            return;
        }

        LiveWatch[] watches;
        lock (_gate)
        {
            (channel.Newest, channel.Count) = (picture, picture.Number);
            watches = [.. channel.Watches];
        }

        Array.ForEach(watches, watch => watch.Changed());
    }

    private bool IsDue(Channel channel)
    {
        // A tenth early: frames come with jitter, and every second one of a camera would be left out.
        return channel.Watches.Count > 0
            && (channel.EncodedAt is not { } last || time.GetElapsedTime(last).TotalSeconds >= 0.9 / channel.Size.Rate);
    }

    private sealed class Channel(LiveSize size)
    {
        public LiveSize Size => size;

        public HashSet<LiveWatch> Watches { get; } = [];

        public LivePicture? Newest { get; set; }

        public long Count { get; set; }

        public long? EncodedAt { get; set; }

        public void Leave(LiveWatch watch)
        {
            Watches.Remove(watch);
            if (Watches.Count == 0)
            {
                // Who comes next wants a new picture.
                (Newest, EncodedAt) = (null, null);
            }
        }
    }
}
