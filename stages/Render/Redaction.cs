using OpenCvSharp;
using Streaming.Config.Run.Privacy;
using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;
using Streaming.Stages.Zones;

namespace Streaming.Stages.Render;

/// <summary>
/// Hides areas and objects in the frames of one source, in order, before any output sees them. Where it is not known what a
/// frame shows, all of it is hidden.
/// </summary>
/// <remarks>
/// An object stays hidden where it was for another half second: a detector misses one now and then, and a gate keeps frames from
/// it.
/// </remarks>
internal sealed class Redaction : IDisposable
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(0.5);

    private readonly PrivacyConfig _config;
    private readonly PlanePoint[][] _areas;
    private readonly Queue<(TimeSpan Pts, Detection[] Hidden)> _past = new();
    private readonly Mat _mask = new();
    private readonly Mat _areaMask = new();
    private ImageSize _size;
    private int _epoch = -1;

    /// <param name="config">What is hidden.</param>
    /// <param name="source">The source, once it is open.</param>
    public Redaction(PrivacyConfig config, SourceInfo source)
    {
        _config = config;
        _areas = [.. config.Areas.Select(area => Plane.Points(area, source.Size))];
    }

    /// <summary>Hides what must not be seen, in the frame's own pixels.</summary>
    /// <param name="pixels">The frame's pixels.</param>
    /// <param name="result">What was found in it.</param>
    /// <param name="seen">What the network has found, some of which a hook may have taken out of the result.</param>
    public void Apply(PixelBuffer pixels, FrameResult result, IReadOnlyList<Detection> seen)
    {
        if (result.Identity.Epoch != _epoch || pixels.Size != _size)
        {
            Begin(result.Identity.Epoch, pixels.Size);
        }

        if (_config.Classes.Count > 0 && result.Error is not null)
        {
            pixels.Span.Clear();
            return;
        }

        _areaMask.CopyTo(_mask);
        if (_config.Classes.Count > 0)
        {
            Remember(result, seen);
            HideObjects();
        }

        using var picture = OpenCv.AsMat(pixels);
        if (_config.Style == PrivacyStyle.Black)
        {
            picture.SetTo(Scalar.Black, _mask);
        }
        else
        {
            Pixelate(picture);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mask.Dispose();
        _areaMask.Dispose();
    }

    private void Begin(int epoch, ImageSize size)
    {
        (_epoch, _size) = (epoch, size);
        _past.Clear();
        _areaMask.Create(size.Height, size.Width, MatType.CV_8UC1);
        _areaMask.SetTo(Scalar.Black);
        foreach (var area in _areas)
        {
            Point[] corners =
            [
                .. area.Select(point => new Point((int)Math.Round(point.X * size.Width), (int)Math.Round(point.Y * size.Height))),
            ];
            Cv2.FillPoly(_areaMask, [corners], Scalar.White);
        }
    }

    /// <summary>A gated frame says nothing new, so the last one that the network saw counts on.</summary>
    private void Remember(FrameResult result, IReadOnlyList<Detection> seen)
    {
        var pts = result.Identity.Pts;
        while (_past.Count > (result.IsGated ? 1 : 0) && pts - _past.Peek().Pts > Memory)
        {
            _past.Dequeue();
        }

        Detection[] hidden = [.. result.Detections.Concat(seen).Where(item => _config.Classes.Contains(item.Category.Name))];
        if (!result.IsGated || hidden.Length > 0)
        {
            _past.Enqueue((pts, hidden));
        }
    }

    private void HideObjects()
    {
        using var objects = new Mat(_size.Height, _size.Width, MatType.CV_8UC1, Scalar.Black);
        foreach (var detection in _past.SelectMany(item => item.Hidden))
        {
            if (detection.Mask is { } mask && mask.Size == _size)
            {
                Fill(objects, mask);
            }
            else
            {
                var (left, top) = ((int)detection.Box.X0, (int)detection.Box.Y0);
                var (right, bottom) = ((int)Math.Ceiling(detection.Box.X1), (int)Math.Ceiling(detection.Box.Y1));
                Cv2.Rectangle(objects, new Point(left, top), new Point(right, bottom), Scalar.White, -1);
            }
        }

        var margin = (int)Math.Ceiling(_config.Margin / 100 * Math.Min(_size.Height, _size.Width));
        using var square = Cv2.GetStructuringElement(MorphShapes.Rect, new Size((2 * margin) + 1, (2 * margin) + 1));
        Cv2.Dilate(objects, objects, square);
        Cv2.BitwiseOr(_mask, objects, _mask);
    }

    private static unsafe void Fill(Mat picture, Rle mask)
    {
        var data = (byte*)picture.Data;
        var (stride, height) = (picture.Step(), mask.Size.Height);
        var at = 0L;
        for (var i = 0; i < mask.Counts.Count; at += mask.Counts[i], i++)
        {
            for (var p = at; i % 2 == 1 && p < at + mask.Counts[i]; p++)
            {
                data[(p % height * stride) + (p / height)] = 255;
            }
        }
    }

    private void Pixelate(Mat picture)
    {
        var side = Math.Max(Math.Min(_size.Height, _size.Width) / 24, 8);
        var few = new Size(Math.Max(_size.Width / side, 1), Math.Max(_size.Height / side, 1));
        using var coarse = new Mat();
        using var squares = new Mat();
        Cv2.Resize(picture, coarse, few, 0, 0, InterpolationFlags.Area);
        Cv2.Resize(coarse, squares, new Size(_size.Width, _size.Height), 0, 0, InterpolationFlags.Nearest);
        squares.CopyTo(picture, _mask);
    }
}
