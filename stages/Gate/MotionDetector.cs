using Streaming.Model.Structures;

namespace Streaming.Stages.Gate;

/// <summary>
/// Tells whether something moves, by a background that is learned cell by cell: a running mean, and how far the cell usually
/// strays from it (an approximation of a running Gaussian, Wren et al. 1997, Pfinder).
/// </summary>
/// <remarks>
/// A picture is compared with the background in the picture's light, which is taken from means over wide squares: clouds, dusk
/// and automatic exposure vanish, objects and their edges remain. Leaves and rain raise what their cells usually stray by. When
/// much of the picture changes at once, a light was switched or the camera was moved: the background is begun anew. What a small
/// shift of the whole picture explains is a tremor of the camera.
/// </remarks>
/// <param name="size">Height and width of the pictures, in cells.</param>
/// <param name="sensitivity">What counts as motion.</param>
internal sealed class MotionDetector(ImageSize size, MotionSensitivity sensitivity)
{
    /// <summary>A share of changed cells that is no object any more.</summary>
    private const double SceneShare = 0.35;

    /// <summary>The usual distance times this is not yet motion.</summary>
    private const float Spreads = 4;

    /// <summary>Regions of this many cells count at once; smaller ones must follow two others: no drop does.</summary>
    private const int LargeRegion = 12;

    private const int Followed = 2;

    /// <summary>How far from the one before, in cells.</summary>
    private const int Reach = 6;

    // Seconds until two thirds of a change are learned: where nothing moves, where something does, of the usual distance, and
    // where motion lasts that nobody cares for.
    private const double StillSeconds = 8;
    private const double MovingSeconds = 40;
    private const double SpreadSeconds = 15;
    private const double IdleSeconds = 4;

    /// <summary>A new background is a plain mean of what was seen since: no constant is longer than its age, or this.</summary>
    private const double YoungSeconds = 1;

    private readonly float[] _background = new float[size.Height * size.Width];
    private readonly float[] _spread = new float[size.Height * size.Width];
    private readonly float[] _expected = new float[size.Height * size.Width];
    private readonly float[] _difference = new float[size.Height * size.Width];
    private readonly float[] _light = new float[size.Height * size.Width];
    private readonly float[] _usualLight = new float[size.Height * size.Width];
    private readonly bool[] _moves = new bool[size.Height * size.Width];

    /// <summary>Near how many pictures' regions in a row a cell is, the newest included.</summary>
    private readonly byte[] _followed = new byte[size.Height * size.Width];
    private readonly byte[] _follows = new byte[size.Height * size.Width];
    private readonly BoxBlur _blur = new(size, Math.Max(Math.Max(size.Height, size.Width) / 12, 2));
    private readonly Regions _regions = new(size);
    private bool _isBegun;

    /// <summary>For how long this background has been learned while no object moved.</summary>
    private double _age;

    /// <summary>Looks at a picture and learns from it.</summary>
    /// <param name="grey">Rows of shades, 0 to 255.</param>
    /// <param name="seconds">Since the picture before.</param>
    /// <param name="hasObjects">
    /// Whether objects are known to move: what they do is not learned as usual. Motion without any is, soon.
    /// </param>
    public Motion Look(ReadOnlySpan<float> grey, double seconds, bool hasObjects)
    {
        if (!_isBegun)
        {
            Begin(grey);
            return Motion.Scene;
        }

        var changed = Compare(grey);
        if (changed > SceneShare * grey.Length)
        {
            Begin(grey);
            return Motion.Scene;
        }

        Array.Clear(_follows);
        var moves = _regions.Count(_moves, IsMotion) > 0;
        _follows.CopyTo(_followed, 0);
        Learn(grey, seconds, hasObjects);
        return moves ? Motion.Object : Motion.None;
    }

    private void Begin(ReadOnlySpan<float> grey)
    {
        grey.CopyTo(_background);
        Array.Fill(_spread, sensitivity.Levels / Spreads);
        Array.Clear(_followed);
        (_isBegun, _age) = (true, 0);
    }

    /// <returns>How many cells differ.</returns>
    private int Compare(ReadOnlySpan<float> grey)
    {
        _blur.Apply(grey, _light);
        _blur.Apply(_background, _usualLight);
        for (var i = 0; i < grey.Length; i++)
        {
            // One shade more keeps black from dividing by zero.
            _expected[i] = _background[i] * ((_light[i] + 1) / (_usualLight[i] + 1));
            _difference[i] = grey[i] - _expected[i];
        }

        var shift = Shift.Estimate(_expected, _difference, size);
        shift.Subtract(_expected, _difference, size);
        var changed = 0;
        for (var i = 0; i < grey.Length; i++)
        {
            _moves[i] = _difference[i] > Math.Max(sensitivity.Levels, Spreads * _spread[i]);
            changed += _moves[i] ? 1 : 0;
        }

        return changed;
    }

    /// <summary>Whether a region counts; in any case the next picture's regions may follow it.</summary>
    private bool IsMotion(ReadOnlySpan<int> region)
    {
        if (region.Length < sensitivity.MinCells)
        {
            return false;
        }

        byte before = 0;
        foreach (var cell in region)
        {
            before = Math.Max(before, _followed[cell]);
        }

        var followers = (byte)Math.Min(before + 1, Followed);
        foreach (var cell in region)
        {
            var (y, x) = Math.DivRem(cell, size.Width);
            var (left, right) = (Math.Max(x - Reach, 0), Math.Min(x + Reach, size.Width - 1));
            for (var near = Math.Max(y - Reach, 0); near <= Math.Min(y + Reach, size.Height - 1); near++)
            {
                foreach (ref var follows in _follows.AsSpan((near * size.Width) + left, right - left + 1))
                {
                    follows = Math.Max(follows, followers);
                }
            }
        }

        return region.Length >= LargeRegion || before >= Followed;
    }

    private void Learn(ReadOnlySpan<float> grey, double seconds, bool hasObjects)
    {
        _age += hasObjects ? 0 : seconds;
        var most = hasObjects ? double.PositiveInfinity : Math.Max(_age, YoungSeconds);
        var still = ShareOf(seconds, Math.Min(StillSeconds, most));
        var moving = ShareOf(seconds, hasObjects ? MovingSeconds : Math.Min(IdleSeconds, most));
        var spread = hasObjects ? 0 : ShareOf(seconds, Math.Min(SpreadSeconds, most));
        for (var i = 0; i < grey.Length; i++)
        {
            _background[i] += (_moves[i] ? moving : still) * (grey[i] - _background[i]);
            _spread[i] += spread * (_difference[i] - _spread[i]);
        }
    }

    private static float ShareOf(double seconds, double constant)
    {
        return (float)(1 - Math.Exp(-seconds / constant));
    }
}
