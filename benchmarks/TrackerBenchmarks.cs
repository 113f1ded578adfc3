using BenchmarkDotNet.Attributes;
using Streaming.Config.Run;
using Streaming.Model.Masks;
using Streaming.Model.Structures;
using Streaming.Stages.Track;

namespace Streaming.Benchmarks;

/// <summary>A frame with 100 objects of two classes that move among each other, a tenth of them unseen.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class TrackerBenchmarks
{
    private const int Objects = 100, Frames = 200;

    private readonly Observation[][] _frames = new Observation[Frames][];
    private ITracker _tracker = null!;
    private int _next;

    /// <summary>The tracker.</summary>
    [Params("ByteTrack", "OcSort", "Masks")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var (size, random) = (new ImageSize(1080, 1920), new Random(1));
        var mask = new float[28 * 28];
        Array.Fill(mask, 1, 28 * 4, 28 * 20);
        var objects = Enumerable.Range(0, Objects).Select(_ =>
            (X: random.Next(1700), Y: random.Next(850), Speed: random.Next(-4, 5), Side: random.Next(40, 160))).ToArray();
        for (var i = 0; i < Frames; i++)
        {
            // There and back, so that the frames can be shown again and again.
            var way = i < Frames / 2 ? i : Frames - i;
            _frames[i] =
            [
                .. objects.Where(_ => random.Next(10) > 0).Select(item =>
                {
                    var x = item.X + (item.Speed * way) + random.NextSingle();
                    var box = new Box(x, item.Y, x + item.Side, item.Y + (item.Side * 1.3f)).ClipTo(size);
                    return new Observation(
                        TrackBox.Of(box), random.Next(5) > 0 ? 0.9 : 0.4, item.Side % 2,
                        Kind == "Masks" ? MaskPaster.PasteToRle(mask, 28, box, size) : null);
                }).Where(seen => seen.Box.Width > 1),
            ];
        }

        _tracker = Trackers.Create(new TrackingSection { Kind = Enum.Parse<TrackerKind>(Kind) }, 30, new TrackIds());
    }

    [Benchmark]
    public int Frame()
    {
        _tracker.Update(1, _frames[_next % Frames], TimeSpan.FromSeconds(_next / 30.0));
        _next++;
        return _tracker.Tracks.Count;
    }
}
