using OpenCvSharp;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>A frame of a video file before its pixels are fetched.</summary>
/// <param name="Index">Its number in the file.</param>
/// <param name="Pts">Its time in the file.</param>
/// <param name="Origin">Where the time comes from.</param>
/// <param name="IsLost">Whether it cannot be decoded, as the file is damaged there.</param>
internal readonly record struct VideoFileFrame(long Index, TimeSpan Pts, PtsOrigin Origin, bool IsLost);

/// <summary>
/// The frames of a video file in order, lost ones included: after a damaged stretch the decoder goes on at the next frame that it
/// understands, and the time that has passed in the file says how many were lost.
/// </summary>
/// <param name="capture">The open file; not owned.</param>
/// <param name="rate">Frames a second as the file says.</param>
/// <param name="expected">How many frames the file says that it has; null if it does not say.</param>
internal sealed class VideoFileFrames(VideoCapture capture, FrameRate rate, long? expected)
{
    /// <summary>How often decoding is tried again when the number of frames is not known: ten seconds of most videos.</summary>
    private const int TriesWithoutCount = 250;

    private readonly Queue<VideoFileFrame> _found = new();
    private readonly double _interval = 1000 / rate.Value;
    private double _lastMilliseconds = -1000 / rate.Value;

    /// <summary>How many frames have been found, lost ones included.</summary>
    public long Count { get; private set; }

    /// <summary>The next frame, which the capture holds unless it is lost; null at the end of what can be decoded.</summary>
    public VideoFileFrame? Next()
    {
        if (_found.Count == 0)
        {
            Find();
        }

        return _found.TryDequeue(out var frame) ? frame : null;
    }

    private void Find()
    {
        if (!TryGrab(out var failures))
        {
            return;
        }

        // Some files have no times, or times that stand still.
        var milliseconds = capture.PosMsec;
        var isTimed = double.IsFinite(milliseconds) && milliseconds >= 0 && milliseconds > _lastMilliseconds;
        var lost = failures == 0 ? 0 : isTimed ? LostUntil(milliseconds) : failures;
        var start = _lastMilliseconds;
        var end = isTimed ? milliseconds : start + ((lost + 1) * _interval);
        for (var i = 1; i <= lost; i++)
        {
            Add(start + ((end - start) * i / (lost + 1)), PtsOrigin.Estimated, isLost: true);
        }

        Add(end, isTimed ? PtsOrigin.Container : PtsOrigin.Estimated, isLost: false);
    }

    /// <summary>
    /// A failure at the file's end looks like one in the middle: only as many more are tried as frames may follow.
    /// </summary>
    private bool TryGrab(out int failures)
    {
        var tries = 1 + (expected is { } count ? Math.Max(count - Count, 0) : TriesWithoutCount);
        for (failures = 0; failures < tries; failures++)
        {
            if (capture.Grab())
            {
                return true;
            }
        }

        return false;
    }

    private long LostUntil(double milliseconds)
    {
        var lost = (long)Math.Round((milliseconds - _lastMilliseconds) / _interval) - 1;
        return Math.Clamp(lost, 0, expected is { } count ? Math.Max(count - Count - 1, 0) : long.MaxValue);
    }

    private void Add(double milliseconds, PtsOrigin origin, bool isLost)
    {
        var pts = TimeSpan.FromMicroseconds(Math.Round(milliseconds * 1000));
        _found.Enqueue(new VideoFileFrame(Count++, pts, origin, isLost));
        _lastMilliseconds = milliseconds;
    }
}
