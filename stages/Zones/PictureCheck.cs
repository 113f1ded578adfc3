using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>What can be checked only when the picture's size is known.</summary>
internal static class PictureCheck
{
    /// <summary>Refuses what lies outside of the picture.</summary>
    /// <param name="source">The source, once it is open.</param>
    /// <param name="wanted">What the user wants of it.</param>
    /// <exception cref="ConfigurationException">With everything that does.</exception>
    public static void Check(SourceInfo source, SourceConfig wanted)
    {
        string[] errors =
        [
            .. wanted.Zones.SelectMany(zone => Errors(source, zone.Shape, $"zone '{zone.Name}'")),
            .. wanted.Lines.SelectMany(line => Errors(source, line.Shape, $"line '{line.Name}'")),
            .. wanted.Privacy.Areas.SelectMany((area, i) => Errors(source, area, $"privacy_areas[{i}]")),
            .. wanted.Ignore.SelectMany((region, i) => Errors(source, region.Shape, $"ignore[{i}]")),
        ];
        if (errors.Length > 0)
        {
            throw new ConfigurationException(errors);
        }
    }

    private static IEnumerable<string> Errors(SourceInfo source, ShapeConfig shape, string name)
    {
        return shape.Units == Units.Pixels
            ? shape.Points.Where(point => point.X > source.Size.Width || point.Y > source.Size.Height).Take(1).Select(point =>
                $"{source.Id}: {name}: {point} is outside of the picture, which is {source.Size}.")
            : [];
    }
}
