using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Streaming.Config.Run;

/// <summary>The JSON Schema of the run file, for editors that complete and check it. docs/run-1.schema.json is this text; a test compares.</summary>
public static class RunSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text.</summary>
    public static string ToJson()
    {
        var properties = Properties(RunKeys.Top);
        foreach (var (name, help, keys) in RunKeys.Sections)
        {
            properties[name] = Section(help, keys);
        }

        properties["sources"] = new JsonObject
        {
            ["description"] = "What is processed.",
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = Section("A source.", RunKeys.Source),
        };
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-04/schema#",
            ["title"] = "run/1: a run file of `streaming run`",
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray("sources"),
            ["additionalProperties"] = false,
        }.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Section(string help, IReadOnlyList<RunKey> keys)
    {
        var section = new JsonObject { ["description"] = help, ["type"] = "object", ["properties"] = Properties(keys), ["additionalProperties"] = false };
        if (keys.Any(key => key.IsRequired))
        {
            section["required"] = new JsonArray([.. keys.Where(key => key.IsRequired).Select(key => JsonValue.Create(key.Name))]);
        }

        return section;
    }

    private static JsonObject Properties(IReadOnlyList<RunKey> keys)
    {
        return new JsonObject(keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)Property(key))));
    }

    private static JsonObject Property(RunKey key)
    {
        var property = new JsonObject { ["description"] = key.Help };
        switch (key.Kind)
        {
            case KeyKind.Bool:
                property["type"] = "boolean";
                break;
            case KeyKind.Integer or KeyKind.Number:
                // ${NAME} may stand for any value.
                property["type"] = new JsonArray(key.Kind == KeyKind.Integer ? "integer" : "number", "string");
                property["minimum"] = key.Min;
                property["maximum"] = key.Max;
                break;
            case KeyKind.Choice:
                property["enum"] = new JsonArray([.. key.Values.Select(value => JsonValue.Create(value))]);
                break;
            case KeyKind.Texts:
                property["type"] = new JsonArray("string", "array");
                property["items"] = new JsonObject { ["type"] = "string" };
                break;
            case KeyKind.Template:
                property["type"] = new JsonArray("string", "boolean");
                break;
            default:
                property["type"] = new JsonArray("string", "number");
                break;
        }

        return property;
    }
}
