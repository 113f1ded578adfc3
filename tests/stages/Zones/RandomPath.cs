using Streaming.Config.Settings;
using Streaming.Model.Structures;

namespace Streaming.Stages.Tests.Zones;

/// <summary>An object that goes from point to point, with a speed of its own for each piece of its way.</summary>
internal sealed class RandomPath
{
    private readonly double[] _times;
    private readonly PlanePoint[] _points;

    public RandomPath(int id, Random random)
    {
        Id = id;
        _points = [.. Enumerable.Range(0, random.Next(2, 7)).Select(_ => new PlanePoint(
            20 + (960 * random.NextDouble()), 50 + (440 * random.NextDouble())))];
        _times = new double[_points.Length];
        _times[0] = random.Next(25);
        for (var i = 1; i < _points.Length; i++)
        {
            // In frames: 1 to 15 pixels a frame.
            var (dx, dy) = (_points[i].X - _points[i - 1].X, _points[i].Y - _points[i - 1].Y);
            _times[i] = _times[i - 1] + (Math.Sqrt((dx * dx) + (dy * dy)) / (1 + (14 * random.NextDouble())));
        }

        var sightings = new List<int>();
        for (var frame = (int)_times[0]; frame <= LastFrame; frame++)
        {
            frame += random.Next(20) == 0 ? random.Next(1, 18) : 0;
            if (frame <= LastFrame)
            {
                sightings.Add(frame);
            }
        }

        Sightings = sightings;
    }

    public long Id { get; }

    public int LastFrame => (int)_times[^1];

    /// <summary>The frames in which a tracker finds it.</summary>
    public IReadOnlyList<int> Sightings { get; }

    /// <summary>Its straight pieces, with the times of their ends in frames.</summary>
    public IEnumerable<(PlanePoint From, PlanePoint To, double Start, double End)> Pieces =>
        Enumerable.Range(0, _points.Length - 1).Select(i => (_points[i], _points[i + 1], _times[i], _times[i + 1]));

    public PlanePoint Position(double time)
    {
        var piece = Pieces.First(piece => time <= piece.End);
        var part = (time - piece.Start) / (piece.End - piece.Start);
        return new PlanePoint(
            piece.From.X + (part * (piece.To.X - piece.From.X)), piece.From.Y + (part * (piece.To.Y - piece.From.Y)));
    }

    public Detection At(int frame)
    {
        var position = Position(frame);
        return Watched.At(position.X, position.Y, Id);
    }
}
