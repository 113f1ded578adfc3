namespace Streaming.Stages.Track;

/// <summary>OC-SORT's filter of a box: centre and area with velocities, and the ratio of width to height without one.</summary>
internal struct AreaFilter
{
    /// <summary>Centre, area and ratio.</summary>
    public AxisFilter X, Y, Area, Ratio;

    /// <summary>The box of the estimate; not a number when area or ratio have become negative.</summary>
    public readonly TrackBox Box
    {
        get
        {
            var width = Math.Sqrt(Area.Position * Ratio.Position);
            var height = Area.Position / width;
            return new TrackBox(
                X.Position - (width / 2), Y.Position - (height / 2), X.Position + (width / 2), Y.Position + (height / 2));
        }
    }

    /// <summary>A box that was seen for the first time.</summary>
    public static AreaFilter Start(in BoxArea seen)
    {
        return new AreaFilter
        {
            X = AxisFilter.Start(seen.X, 10, 1e4),
            Y = AxisFilter.Start(seen.Y, 10, 1e4),
            Area = AxisFilter.Start(seen.Area, 10, 1e4),
            Ratio = AxisFilter.Start(seen.Ratio, 10, 0),
        };
    }

    /// <summary>A step passes; an area that would vanish stays.</summary>
    public void Predict()
    {
        Area.Velocity = Area.Velocity + Area.Position <= 0 ? 0 : Area.Velocity;
        PredictFreely();
    }

    /// <summary>A step passes, whatever becomes of the area.</summary>
    public void PredictFreely()
    {
        X.Predict(1, 0.01);
        Y.Predict(1, 0.01);
        Area.Predict(1, 1e-4);
        Ratio.Predict(1, 0);
    }

    /// <summary>The box is seen.</summary>
    public void Update(in BoxArea seen)
    {
        X.Update(seen.X, 1);
        Y.Update(seen.Y, 1);
        Area.Update(seen.Area, 10);
        Ratio.Update(seen.Ratio, 10);
    }
}

/// <summary>A box as <see cref="AreaFilter"/> measures it.</summary>
/// <param name="X">Centre.</param>
/// <param name="Y">Centre.</param>
/// <param name="Area">Width times height.</param>
/// <param name="Ratio">Width over height.</param>
internal readonly record struct BoxArea(double X, double Y, double Area, double Ratio)
{
    /// <summary>Measures a box.</summary>
    public static BoxArea Of(in TrackBox box)
    {
        return new BoxArea(
            box.X0 + (box.Width / 2), box.Y0 + (box.Height / 2), box.Width * box.Height, box.Width / (box.Height + 1e-6));
    }

    /// <summary>The box at a share of the straight way from this one to another: centre, width and height move evenly.</summary>
    public BoxArea Toward(in BoxArea other, double share)
    {
        var width = Mix(Math.Sqrt(Area * Ratio), Math.Sqrt(other.Area * other.Ratio));
        var height = Mix(Math.Sqrt(Area / Ratio), Math.Sqrt(other.Area / other.Ratio));
        return new BoxArea(Mix(X, other.X), Mix(Y, other.Y), width * height, width / height);

        double Mix(double from, double to)
        {
            return from + (share * (to - from));
        }
    }
}
