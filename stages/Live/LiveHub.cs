using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Streaming.Stages.Emit;

namespace Streaming.Stages.Live;

/// <summary>What viewers can see of a run: a feed for each source, which outlasts the source's restarts.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of pictures that cannot be made.</param>
internal sealed class LiveHub(TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, LiveFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of a source; null when there is none.</summary>
    public LiveFeed? Find(string sourceId)
    {
        return _feeds.GetValueOrDefault(sourceId);
    }

    /// <summary>The output by which a source's frames come here.</summary>
    public Output OutputOf(string sourceId)
    {
        return new Output("live", () => new LiveSink(_feeds.GetOrAdd(sourceId, _ => new LiveFeed(time, logger))))
        {
            Delivery = Delivery.BestEffort,
        };
    }
}
