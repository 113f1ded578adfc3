using System.Numerics;
using OpenCvSharp;
using Streaming.Model.Structures;

namespace Streaming.Scenes;

/// <summary>
/// A drawn street with traffic, the same for the same seed: camera, houses, light and everybody's way are chosen by chance
/// once, then it runs like a film.
/// </summary>
internal sealed class StreetScene
{
    /// <summary>
    /// Objects of fewer visible pixels, or with a smaller visible part, are not listed: nobody could tell what they are.
    /// </summary>
    private const int MinPixels = 100;

    private const double MinVisible = 0.25;

    private readonly long _seed;
    private readonly double _busy;
    private readonly StreetCamera _camera;
    private readonly Scenery _scenery;
    private readonly List<Actor> _actors;
    private readonly Lens _lens;
    private readonly float _shake;
    private readonly float _phase;

    /// <summary>Chooses a street.</summary>
    /// <param name="seed">The same seed gives the same film.</param>
    /// <param name="size">Of the picture, 64 pixels or more each way.</param>
    /// <param name="kinds">What may be seen.</param>
    /// <param name="busy">The share of the traffic that comes, 0 to 1; the street is the same.</param>
    public StreetScene(long seed, ImageSize size, IReadOnlyList<StreetKind> kinds, double busy = 1)
    {
        (_seed, _busy) = (seed, busy);
        var random = new Random((int)(uint)SplitMix.Mix(seed));
        float Between(float low, float high)
        {
            return low + ((high - low) * (float)random.NextDouble());
        }

        Size = size;
        _camera = new StreetCamera(
            size,
            Between(0.95f, 1.25f) * size.Width,
            Between(3.2f, 5),
            new Vector2(Between(0.35f, 0.65f) * size.Width, Between(0.2f, 0.36f) * size.Height));
        var roadHalf = Between(3.6f, 5.6f);
        float? crossing = random.NextDouble() < 0.55 ? Between(_camera.NearestGround + 5, _camera.NearestGround + 12) : null;
        _scenery = new Scenery(roadHalf, crossing, _camera.NearestGround, random);
        _actors = Traffic.Of(_camera, roadHalf, crossing, kinds, random);
        _lens = new Lens(random);
        _shake = random.NextDouble() < 0.3 ? Between(0.2f, 1.2f) : 0;
        _phase = Between(0, 10);
    }

    /// <summary>Of the picture.</summary>
    public ImageSize Size { get; }

    /// <summary>Draws a moment.</summary>
    /// <param name="picture">Rows of B, G, R of the scene's size; is overwritten.</param>
    /// <param name="seconds">Since the beginning.</param>
    /// <param name="listsObjects">Whether the objects are wanted; they cost more than the picture.</param>
    /// <returns>What is visible, nearest last; empty when it is not wanted.</returns>
    internal IReadOnlyList<StreetObject> Draw(Mat picture, double seconds, bool listsObjects)
    {
        var sway =
            _shake * new Vector2((float)Math.Sin((seconds * 7.3) + _phase), (float)Math.Sin((seconds * 9.1) + (2 * _phase)));
        using var painter = new Painter(picture, _camera with { Centre = _camera.Centre + sway }, listsObjects);
        _scenery.Draw(picture, painter);
        var visible = new List<Drawn>();
        try
        {
            var things = Present(seconds)
                .Select(item => (
                    item.Actor.At(seconds).Position.Z,
                    Actor: (Actor?)item.Actor,
                    item.Id,
                    Draw: (Action<Painter>)(brush => item.Actor.Draw(brush, seconds))))
                .Concat(_scenery.Props.Select(prop => (Z: prop.Depth, Actor: (Actor?)null, Id: 0L, prop.Draw)))
                .OrderByDescending(thing => thing.Z);
            foreach (var (_, actor, id, draw) in things)
            {
                painter.BeginObject();
                draw(painter);
                Cover(visible, actor, id, painter.EndObject());
            }

            _lens.Apply(picture, seconds);
            return [.. visible.Select(List).OfType<StreetObject>()];
        }
        finally
        {
            visible.ForEach(item => item.Mask.Dispose());
        }
    }

    /// <summary>Who is in the street. With each round an actor is another object, which comes or does not.</summary>
    private IEnumerable<(Actor Actor, long Id)> Present(double seconds)
    {
        return _actors
            .Select((actor, number) => (actor, 1 + number + (actor.Lane.Rounds(actor.Place, seconds) * _actors.Count)))
            .Where(item => _busy >= 1 || SplitMix.Chance(_seed, item.Item2) < _busy);
    }

    /// <summary>What is drawn later hides what was there.</summary>
    private static void Cover(List<Drawn> visible, Actor? actor, long id, Mat? mask)
    {
        if (mask is null)
        {
            return;
        }

        foreach (var earlier in visible)
        {
            earlier.Mask.SetTo(Scalar.Black, mask);
        }

        var pixels = actor is null ? 0 : Cv2.CountNonZero(mask);
        if (pixels > 0)
        {
            visible.Add(new Drawn(actor!.Kind, id, mask, pixels));
        }
        else
        {
            mask.Dispose();
        }
    }

    /// <summary>Null for what nobody could tell.</summary>
    private static StreetObject? List(Drawn item)
    {
        var left = Cv2.CountNonZero(item.Mask);
        return left >= MinPixels && left >= MinVisible * item.Pixels
            ? new StreetObject(item.Kind, Encode(item.Mask), item.Id, (double)left / item.Pixels)
            : null;
    }

    private static Rle Encode(Mat mask)
    {
        mask.GetArray(out byte[] pixels);
        return Rle.Encode(pixels, new ImageSize(mask.Rows, mask.Cols));
    }

    /// <summary>An object that was drawn.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Id">Which one.</param>
    /// <param name="Mask">What of it is still visible.</param>
    /// <param name="Pixels">How many of its pixels lie in the picture.</param>
    private sealed record Drawn(StreetKind Kind, long Id, Mat Mask, int Pixels);
}
