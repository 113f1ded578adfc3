using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit.Snapshots;

/// <summary>
/// The best picture of each object so far: of its highest product of score and visible area. One small JPEG for each track, as
/// long as it is seen.
/// </summary>
internal sealed class BestCrops
{
    /// <summary>Most tracks; the one that was seen the longest ago is forgotten.</summary>
    public const int MostTracks = 256;

    /// <summary>A picture is made only when it is that much better: what comes nearer is better in every frame.</summary>
    private const double Better = 1.1;

    /// <summary>Around the object, in parts of its width and height.</summary>
    private const float Margin = 0.1f;

    /// <summary>No tracker takes an object up again after so long.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(60);

    private readonly Dictionary<long, Best> _tracks = [];
    private int _epoch;

    /// <summary>How many tracks are known.</summary>
    public int Count => _tracks.Count;

    /// <summary>Looks at a frame's objects.</summary>
    public void Look(OutputFrame frame)
    {
        var identity = frame.Result.Identity;
        if (identity.Epoch != _epoch)
        {
            _tracks.Clear();
            _epoch = identity.Epoch;
        }

        foreach (var detection in frame.Result.Detections)
        {
            if (detection.Track is not { } track)
            {
                continue;
            }

            var known = _tracks.GetValueOrDefault(track.Id);
            var rank = track.IsPredicted ? 0 : Rank(detection);
            if (rank > (known?.Rank ?? 0) * Better && Crop(frame.Frame, detection.Box) is { } jpeg)
            {
                known = new Best(rank, jpeg, identity.Pts);
            }

            if (known is not null)
            {
                _tracks[track.Id] = known with { SeenAt = identity.Pts };
            }
        }

        Forget(identity.Pts);
    }

    /// <summary>The picture of an event's object, as a JPEG; null when there is none.</summary>
    public byte[]? Of(ObjectEvent item, Frame frame)
    {
        return item.TrackId is { } track && _tracks.TryGetValue(track, out var best) ? best.Jpeg
            : item.Subject is { } subject ? Crop(frame, subject.Box)
            : null;
    }

    /// <summary>A track has ended.</summary>
    public void Forget(long track)
    {
        _tracks.Remove(track);
    }

    /// <summary>A picture as a JPEG.</summary>
    public static byte[] Encode(Mat picture)
    {
        Cv2.ImEncode(".jpg", picture, out var bytes, new ImageEncodingParam(ImwriteFlags.JpegQuality, 92));
        return bytes;
    }

    /// <summary>Score times area: that of the mask where there is one, as what hides the object is not in it.</summary>
    private static double Rank(Detection detection)
    {
        return detection.Score * (detection.Mask?.Area ?? detection.Box.Area);
    }

    private static byte[]? Crop(Frame frame, Box box)
    {
        if (frame.Failure is not null)
        {
            return null;
        }

        var size = frame.Pixels.Size;
        var (side, end) = (box.Width * Margin, box.Height * Margin);
        var around = new Box(box.X0 - side, box.Y0 - end, box.X1 + side, box.Y1 + end).ClipTo(size);
        var (left, top) = (Math.Min((int)around.X0, size.Width - 1), Math.Min((int)around.Y0, size.Height - 1));
        var width = Math.Clamp((int)Math.Ceiling(around.X1) - left, 1, size.Width - left);
        var height = Math.Clamp((int)Math.Ceiling(around.Y1) - top, 1, size.Height - top);
        using var picture = OpenCv.AsMat(frame.Pixels);
        using var crop = picture[new Rect(left, top, width, height)];
        return Encode(crop);
    }

    private void Forget(TimeSpan now)
    {
        foreach (var (track, _) in _tracks.Where(item => now - item.Value.SeenAt > Forgotten).ToArray())
        {
            _tracks.Remove(track);
        }

        while (_tracks.Count > MostTracks)
        {
            _tracks.Remove(_tracks.MinBy(item => item.Value.SeenAt).Key);
        }
    }

    private sealed record Best(double Rank, byte[] Jpeg, TimeSpan SeenAt);
}
