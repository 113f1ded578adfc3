using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>Points of a picture: a list of pairs [x, y] of numbers that are not negative.</summary>
/// <param name="least">Least number of points.</param>
/// <param name="most">Greatest number of points.</param>
internal sealed class PointsType(int least, int most) : SettingType<ValueList<PlanePoint>>
{
    /// <summary>The widest picture that anybody has.</summary>
    private const double MaxCoordinate = 1_000_000;

    public override string Supported => least == most
        ? $"{least} points [x, y], x from the left and y from the top"
        : $"{least} to {most} points [x, y], x from the left and y from the top";

    internal override JsonObject Schema()
    {
        return new JsonObject
        {
            ["type"] = "array",
            ["minItems"] = least,
            ["maxItems"] = most,
            ["items"] = new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 2,
                ["maxItems"] = 2,
                ["items"] = new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = MaxCoordinate },
            },
        };
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out ValueList<PlanePoint> value)
    {
        value = ValueList<PlanePoint>.Empty;
        if (node is not ConfigList list || list.Items.Count < least || list.Items.Count > most)
        {
            return node;
        }

        if (list.Items.FirstOrDefault(item => PointOf(item) is null) is { } fault)
        {
            return fault;
        }

        value = new ValueList<PlanePoint>(list.Items.Select(item => PointOf(item)!.Value));
        return null;
    }

    internal override string? Write(ValueList<PlanePoint> value)
    {
        return value.Count == 0 ? null : $"[{string.Join(", ", value)}]";
    }

    private static PlanePoint? PointOf(ConfigNode node)
    {
        return node is ConfigList { Items: [var x, var y] } && NumberOf(x) is { } left && NumberOf(y) is { } top
            ? new PlanePoint(left, top)
            : null;
    }

    private static double? NumberOf(ConfigNode node)
    {
        double? number = node switch
        {
            ConfigScalar { Value: long whole } => whole,
            ConfigScalar { Value: double real } => real,
            _ => null,
        };
        return number is >= 0 and <= MaxCoordinate ? number : null;
    }
}
