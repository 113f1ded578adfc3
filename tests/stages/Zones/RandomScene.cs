using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Zones;

/// <summary>
/// A line, a zone, and objects on paths of straight pieces at random, as a tracker would give them: objects that are not seen for
/// some frames, frames that are dropped, failed or gated. All of a seed.
/// </summary>
internal sealed class RandomScene
{
    public const double Hysteresis = 5;
    public const int Inertia = 3;
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private readonly Random _random;
    private readonly HashSet<int> _dropped = [];
    private readonly HashSet<int> _failed = [];
    private readonly HashSet<int> _gated = [];

    public RandomScene(int seed, int objects)
    {
        _random = new Random(seed);
        Line = [Point(), Point()];
        Zone = Star();
        Paths = [.. Enumerable.Range(1, objects).Select(id => new RandomPath(id, _random))];
        Frames = Paths.Max(path => path.LastFrame) + 40;
        for (var i = 0; i < Frames; i++)
        {
            _ = _random.Next(40) switch
            {
                0 or 1 => _dropped.Add(i),
                2 => _failed.Add(i),
                3 or 4 => _gated.Add(i),
                _ => false,
            };
        }
    }

    public PlanePoint[] Line { get; }

    public PlanePoint[] Zone { get; }

    public IReadOnlyList<RandomPath> Paths { get; }

    public int Frames { get; }

    public SourceConfig Config => new()
    {
        Id = "cam",
        Input = "cam",
        Lines = new ValueList<LineConfig>([new LineConfig { Name = "line", Shape = Shape(Line) }]),
        Zones = new ValueList<ZoneConfig>([new ZoneConfig { Name = "zone", Shape = Shape(Zone) }]),
    };

    /// <summary>The frames in which a path's object is seen.</summary>
    public int[] Sightings(RandomPath path)
    {
        return [.. path.Sightings.Where(frame => !_dropped.Contains(frame) && !_failed.Contains(frame))];
    }

    /// <summary>Shows all frames.</summary>
    public Watched Run()
    {
        var watched = new Watched(Config, Memory);
        var seen = Paths.ToDictionary(path => path, path => Sightings(path).ToHashSet());
        for (var i = 0; i < Frames; i++)
        {
            if (_dropped.Contains(i))
            {
                watched.Index++;
                continue;
            }

            var (isGated, isFailed) = (_gated.Contains(i), _failed.Contains(i));
            Detection[] detections =
            [
                .. Paths.Where(path => seen[path].Contains(i)).Select(path => path.At(i)).Select(
                    detection => detection with { Track = detection.Track! with { IsPredicted = isGated } }),
            ];
            watched.See(detections, result => result with
            {
                IsGated = isGated,
                Outcome = isFailed ? FrameOutcome.Failed("infer", "broken") : FrameOutcome.Ok,
            });
        }

        return watched;
    }

    private static ShapeConfig Shape(PlanePoint[] points)
    {
        return new ShapeConfig(new ValueList<PlanePoint>(points), Units.Pixels);
    }

    private PlanePoint Point()
    {
        return new PlanePoint(50 + (900 * _random.NextDouble()), 50 + (400 * _random.NextDouble()));
    }

    /// <summary>Corners at random distances around a centre: concave as a rule.</summary>
    private PlanePoint[] Star()
    {
        var (x, y, corners) = (300 + (400 * _random.NextDouble()), 200 + (100 * _random.NextDouble()), _random.Next(3, 9));
        return
        [
            .. Enumerable.Range(0, corners).Select(i =>
            {
                var (angle, radius) = (i * Math.Tau / corners, 60 + (130 * _random.NextDouble()));
                return new PlanePoint(x + (radius * Math.Cos(angle)), y + (radius * Math.Sin(angle)));
            }),
        ];
    }
}
