using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Metrics;

/// <summary>Sums up where the time of a source's frames goes. Safe for any thread.</summary>
internal sealed class StageLatency
{
    private readonly Lock _gate = new();
    private LatencySum _decode;
    private LatencySum _preprocess;
    private LatencySum _batchWait;
    private LatencySum _infer;
    private LatencySum _postprocess;
    private LatencySum _endToEnd;

    /// <summary>A frame has been through. One that the network did not see says nothing about the network.</summary>
    /// <param name="result">The frame.</param>
    /// <param name="endToEnd">From decoded to written.</param>
    public void Add(FrameResult result, TimeSpan endToEnd)
    {
        var timings = result.Timings;
        lock (_gate)
        {
            _decode += timings.Decode;
            _endToEnd += endToEnd;
            if (!result.IsGated)
            {
                _preprocess += timings.Preprocess;
                _batchWait += timings.BatchWait;
                _infer += timings.Infer;
                _postprocess += timings.Postprocess;
            }
        }
    }

    /// <summary>The sums so far.</summary>
    public IReadOnlyDictionary<string, LatencySum> Read()
    {
        lock (_gate)
        {
            return new Dictionary<string, LatencySum>
            {
                ["decode"] = _decode,
                ["preprocess"] = _preprocess,
                ["batch_wait"] = _batchWait,
                ["infer"] = _infer,
                ["postprocess"] = _postprocess,
                ["e2e"] = _endToEnd,
            };
        }
    }
}
