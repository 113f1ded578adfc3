using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>Zones and all that belongs to them as JSON, for the record of a run.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ValueList<ZoneConfig>))]
[JsonSerializable(typeof(ValueList<LineConfig>))]
[JsonSerializable(typeof(ValueList<RegionConfig>))]
[JsonSerializable(typeof(ObjectFilter))]
internal sealed partial class ZoneJson : JsonSerializerContext
{
    /// <summary>Zones.</summary>
    public static JsonNode? Of(ValueList<ZoneConfig> zones)
    {
        return JsonSerializer.SerializeToNode(zones, Default.ValueListZoneConfig);
    }

    /// <summary>Lines.</summary>
    public static JsonNode? Of(ValueList<LineConfig> lines)
    {
        return JsonSerializer.SerializeToNode(lines, Default.ValueListLineConfig);
    }

    /// <summary>Areas that are ignored.</summary>
    public static JsonNode? Of(ValueList<RegionConfig> regions)
    {
        return JsonSerializer.SerializeToNode(regions, Default.ValueListRegionConfig);
    }

    /// <summary>The members of a filter.</summary>
    public static JsonObject Of(ObjectFilter filter)
    {
        return JsonSerializer.SerializeToNode(filter, Default.ObjectFilter)!.AsObject();
    }
}
