using System.Text.Json;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Track;

/// <summary>
/// Seeded results of a source: objects of three classes that come, move, hide and go, with noise, false detections, dropped,
/// gated and failed frames, and new epochs.
/// </summary>
internal sealed class TrackScene(int seed, bool hasMasks = false)
{
    private static readonly ImageSize Size = new(240, 320);

    private readonly Random _random = new(seed);
    private readonly List<(int Class, double X, double Y, double SpeedX, double SpeedY, double Side)> _objects = [];
    private int _epoch;
    private long _index;
    private TimeSpan _pts;

    public static IReadOnlyList<Category> Categories { get; } =
        [new Category(1, "person"), new Category(3, "car"), new Category(18, "dog")];

    public static SourceInfo Source { get; } = new("cam", "cam.mp4", Size, new FrameRate(25, 1), null);

    public IEnumerable<FrameResult> Frames(int count)
    {
        return Enumerable.Range(0, count).Select(_ => Next());
    }

    /// <summary>A result as the JSON lines give it back.</summary>
    public static FrameResult ReadBack(FrameResult result)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            JsonLines.WriteFrame(json, "run", result);
        }

        using var line = JsonDocument.Parse(bytes.ToArray());
        return RecordedFrame.Read(line.RootElement, Categories);
    }

    private FrameResult Next()
    {
        if (_random.Next(400) == 0)
        {
            (_epoch, _index, _pts) = (_epoch + 1, -1, TimeSpan.Zero);
        }

        var gap = _random.Next(8) > 0 ? 1 : _random.Next(1, _random.Next(10) == 0 ? 100 : 6);
        _index += gap;
        _pts += TimeSpan.FromTicks((gap * 400_000L) + _random.Next(-50_000, 50_000));
        var identity = new FrameIdentity("cam", _epoch, _index, _pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        Move(gap);
        var kind = _random.Next(20);
        return kind switch
        {
            0 => new FrameResult(identity, Size, []) { Outcome = FrameOutcome.Failed("infer", "broken") },
            1 or 2 => new FrameResult(identity, Size, []) { IsGated = true },
            _ => new FrameResult(identity, Size, [.. Detect().OrderByDescending(detection => detection.Score)]),
        };
    }

    private void Move(int steps)
    {
        _objects.RemoveAll(item => _random.Next(150) == 0 || item.X is < 0 or > 320 || item.Y is < 0 or > 240);
        while (_objects.Count < 4 || (_objects.Count < 10 && _random.Next(20) == 0))
        {
            _objects.Add((
                _random.Next(3), _random.Next(40, 280), _random.Next(40, 200), (_random.NextDouble() * 6) - 3,
                (_random.NextDouble() * 6) - 3, _random.Next(15, 60)));
        }

        for (var i = 0; i < _objects.Count; i++)
        {
            var item = _objects[i];
            _objects[i] = item with { X = item.X + (steps * item.SpeedX), Y = item.Y + (steps * item.SpeedY) };
        }
    }

    private IEnumerable<Detection> Detect()
    {
        foreach (var item in _objects)
        {
            if (_random.Next(10) > 0)
            {
                yield return At(item.Class, item.X, item.Y, item.Side, _random.Next(6) == 0 ? 0.2f : 0.65f);
            }
        }

        if (_random.Next(4) == 0)
        {
            yield return At(_random.Next(3), _random.Next(320), _random.Next(240), 20, 0.55f);
        }
    }

    private Detection At(int number, double x, double y, double side, float score)
    {
        double Noise()
        {
            return _random.NextDouble() * side / 20;
        }

        var box = new Box(
            (float)(x - (side / 2) + Noise()), (float)(y - side + Noise()), (float)(x + (side / 2) + Noise()),
            (float)(y + side + Noise())).ClipTo(Size);
        var mask = hasMasks && box.IsNonEmpty(1) ? Ellipse(box) : null;
        return new Detection(number, Categories[number], score + (_random.NextSingle() * 0.3f), box, mask);
    }

    private static Rle Ellipse(Box box)
    {
        var mask = new byte[Size.Height * Size.Width];
        for (var y = (int)box.Y0; y < box.Y1; y++)
        {
            for (var x = (int)box.X0; x < box.X1; x++)
            {
                var (dx, dy) = (((x - box.X0) / box.Width * 2) - 1, ((y - box.Y0) / box.Height * 2) - 1);
                mask[(y * Size.Width) + x] = (byte)((dx * dx) + (dy * dy) < 1 ? 1 : 0);
            }
        }

        return Rle.Encode(mask, Size);
    }
}
