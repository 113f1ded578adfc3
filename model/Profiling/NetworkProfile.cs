using static TorchSharp.torch;

namespace Streaming.Model.Profiling;

/// <summary>A part of the network: where time goes.</summary>
internal enum NetworkPart
{
    /// <summary>Pixels to the network's input.</summary>
    Input,

    /// <summary>The residual network.</summary>
    Backbone,

    /// <summary>The feature pyramid.</summary>
    Fpn,

    /// <summary>The region proposal network, its head.</summary>
    Rpn,

    /// <summary>Decoding, selection and suppression of proposals.</summary>
    Proposals,

    /// <summary>ROIAlign, for boxes and masks.</summary>
    RoiAlign,

    /// <summary>The box head.</summary>
    BoxHead,

    /// <summary>Decoding, selection and suppression of detections.</summary>
    Detections,

    /// <summary>The mask head.</summary>
    MaskHead,
}

/// <summary>
/// Time and multiply-adds of each part while it is on for a thread. Time goes to the part that was entered last. A GPU is waited
/// for at each step from one part to the next, which makes the whole slower: a run that is measured so says where time goes, not
/// how much.
/// </summary>
internal sealed class NetworkProfile : IDisposable
{
    [ThreadStatic]
    private static NetworkProfile? _current;

    private readonly TimeProvider _time;
    private readonly Action _wait;
    private readonly TimeSpan[] _times = new TimeSpan[Enum.GetValues<NetworkPart>().Length];
    private NetworkPart _part;
    private long _since;

    /// <summary>Begins to measure on this thread.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="wait">Waits until the device has done what is queued.</param>
    public NetworkProfile(TimeProvider time, Action wait)
    {
        (_time, _wait) = (time, wait);
        _since = time.GetTimestamp();
        _current = this;
    }

    /// <summary>Operations of convolutions and matrix products, a multiplication and an addition each counted as one.</summary>
    public double Operations { get; private set; }

    /// <summary>Least bytes that these operations read and write: what goes in, weights, and what comes out.</summary>
    public double Bytes { get; private set; }

    /// <summary>Time of each part.</summary>
    public IReadOnlyDictionary<NetworkPart, TimeSpan> Times =>
        Enum.GetValues<NetworkPart>().ToDictionary(part => part, part => _times[(int)part]);

    /// <summary>What follows belongs to a part.</summary>
    public static void Enter(NetworkPart part)
    {
        _current?.Switch(part);
    }

    /// <summary>Counts a convolution or a matrix product.</summary>
    /// <param name="output">What it makes.</param>
    /// <param name="terms">Products that each number of it is a sum of.</param>
    /// <param name="inputs">What it reads.</param>
    public static void Count(Tensor output, long terms, params ReadOnlySpan<Tensor> inputs)
    {
        if (_current is { } profile)
        {
            profile.Operations += 2.0 * output.numel() * terms;
            profile.Bytes += Size(output);
            foreach (var input in inputs)
            {
                profile.Bytes += Size(input);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Switch(_part);
        _current = null;
    }

    private void Switch(NetworkPart part)
    {
        _wait();
        var now = _time.GetTimestamp();
        _times[(int)_part] += _time.GetElapsedTime(_since, now);
        (_part, _since) = (part, now);
    }

    private static double Size(Tensor tensor)
    {
        return (double)tensor.numel() * tensor.element_size();
    }
}
