using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>The settings of a <see cref="ShapeConfig"/>, and of the point that says whether an object is there.</summary>
internal sealed class ShapeSettings
{
    private readonly bool _isLine;

    private ShapeSettings(string path, string key, int least, int most, string help)
    {
        _isLine = most == 2;
        Points = new Setting<ValueList<PlanePoint>>($"{path}.{key}", SettingTypes.Points(least, most))
        {
            IsRequired = true,
            Help = help,
        };
        Units = new Setting<Units>(
            $"{path}.units", SettingTypes.Choice(("relative", Zones.Units.Relative), ("pixels", Zones.Units.Pixels)))
        {
            DefaultText = "pixels when a coordinate is above 1, otherwise relative",
            Help = "What coordinates count: parts of the picture's width and height (0 to 1), or pixels of the picture as it is "
                + "when the source is opened.",
        };
        Anchor = new Setting<Anchor>(
            $"{path}.anchor", SettingTypes.Choice(("bottom_center", Zones.Anchor.BottomCenter), ("center", Zones.Anchor.Center)))
        {
            Usual = Zones.Anchor.BottomCenter,
            Help = "The point of a box that says where the object is.",
        };
    }

    /// <summary>The points.</summary>
    public Setting<ValueList<PlanePoint>> Points { get; }

    /// <summary>What they count.</summary>
    public Setting<Units> Units { get; }

    /// <summary>Which point of a box must be there.</summary>
    public Setting<Anchor> Anchor { get; }

    /// <summary>An area.</summary>
    /// <param name="path">The path of the list that it belongs to.</param>
    public static ShapeSettings Area(string path)
    {
        return new ShapeSettings(path, "polygon", 3, 100, "The corners of the area, in order around it.");
    }

    /// <summary>A line from one point to another.</summary>
    /// <param name="path">The path of the list that it belongs to.</param>
    public static ShapeSettings Line(string path)
    {
        return new ShapeSettings(path, "points", 2, 2, "The line's two ends.");
    }

    /// <summary>The shape that a user described.</summary>
    /// <param name="values">What was said; a shape without points has errors, and is not used.</param>
    public ShapeConfig Read(SettingValues values)
    {
        var points = values.Find(Points) ?? ValueList<PlanePoint>.Empty;
        return new ShapeConfig(points, values.FindValue(Units) ?? (points.Any(IsBeyondOne) ? Zones.Units.Pixels : default));
    }

    /// <summary>What is wrong with a shape, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public IEnumerable<string> Errors(SettingValues values)
    {
        var points = values.Find(Points) ?? ValueList<PlanePoint>.Empty;
        if (points.Count == 0)
        {
            yield break;
        }

        if (points.Where(IsBeyondOne).Select(point => (PlanePoint?)point).FirstOrDefault() is { } point
            && values.FindValue(Units) == Zones.Units.Relative)
        {
            yield return $"{values.Full(Points)}: {point} is outside of the picture: relative coordinates go from 0 to 1.";
        }

        if (_isLine)
        {
            if (points[0] == points[1])
            {
                yield return $"{values.Full(Points)}: has no length: name two different points.";
            }
        }
        else if (!PlaneShapes.IsSimple(points))
        {
            yield return $"{values.Full(Points)}: its edges cross or touch: name the corners in order around the area.";
        }
        else if (PlaneShapes.Area(points) == 0)
        {
            yield return $"{values.Full(Points)}: has no area: name three corners or more that do not lie on one line.";
        }
    }

    private static bool IsBeyondOne(PlanePoint point)
    {
        return point.X > 1 || point.Y > 1;
    }
}
