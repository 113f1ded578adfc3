namespace Streaming.Stages.Track;

/// <summary>
/// ByteTrack's filter of a box: centre, aspect (width over height) and height, each with a velocity. Uncertainties follow the
/// height, as perspective does.
/// </summary>
internal struct HeightFilter
{
    private const double PositionShare = 1.0 / 20, VelocityShare = 1.0 / 160;

    /// <summary>Centre, aspect and height.</summary>
    public AxisFilter X, Y, Aspect, Height;

    /// <summary>The box of the estimate.</summary>
    public readonly TrackBox Box
    {
        get
        {
            var width = Aspect.Position * Height.Position;
            var (left, top) = (X.Position - (width / 2), Y.Position - (Height.Position / 2));
            return new TrackBox(left, top, left + width, top + Height.Position);
        }
    }

    /// <summary>A box that was seen for the first time.</summary>
    public static HeightFilter Start(double x, double y, double aspect, double height)
    {
        var (position, velocity) = (Square(2 * PositionShare * height), Square(10 * VelocityShare * height));
        return new HeightFilter
        {
            X = AxisFilter.Start(x, position, velocity),
            Y = AxisFilter.Start(y, position, velocity),
            Aspect = AxisFilter.Start(aspect, Square(1e-2), Square(1e-5)),
            Height = AxisFilter.Start(height, position, velocity),
        };
    }

    /// <summary>A box that was seen for the first time.</summary>
    public static HeightFilter Start(in TrackBox box)
    {
        return Start(box.X0 + (box.Width / 2), box.Y0 + (box.Height / 2), box.Width / box.Height, box.Height);
    }

    /// <summary>A step passes.</summary>
    /// <param name="isTracked">Whether the box was seen lately; otherwise its height stays.</param>
    public void Predict(bool isTracked)
    {
        Height.Velocity = isTracked ? Height.Velocity : 0;
        var height = Height.Position;
        var (position, velocity) = (Square(PositionShare * height), Square(VelocityShare * height));
        X.Predict(position, velocity);
        Y.Predict(position, velocity);
        Aspect.Predict(Square(1e-2), Square(1e-5));
        Height.Predict(position, velocity);
    }

    /// <summary>The box is seen.</summary>
    public void Update(double x, double y, double aspect, double height)
    {
        var noise = Square(PositionShare * Height.Position);
        X.Update(x, noise);
        Y.Update(y, noise);
        Aspect.Update(aspect, Square(1e-1));
        Height.Update(height, noise);
    }

    /// <summary>The box is seen.</summary>
    public void Update(in TrackBox box)
    {
        Update(box.X0 + (box.Width / 2), box.Y0 + (box.Height / 2), box.Width / box.Height, box.Height);
    }

    private static double Square(double value)
    {
        return value * value;
    }
}
