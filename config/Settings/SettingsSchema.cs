using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Streaming.Config.Settings;

/// <summary>The JSON Schema of run files, for editors that complete and check them: docs/run-1.schema.json.</summary>
internal static class SettingsSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema as text.</summary>
    /// <param name="table">The settings.</param>
    public static string ToJson(SettingsTable table)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var section in table.Sections)
        {
            if (section.Name.Length == 0)
            {
                AddProperties(properties, section.Settings);
            }
            else if (section.Defaults is { } defaults)
            {
                properties[defaults] = Section(section.DefaultsHelp, section.Settings.Where(setting => !setting.IsOwn));
                properties[section.Name] = List(section);
                required.Add(section.Name);
            }
            else
            {
                properties[section.Name] = Section(section.Help, section.Settings);
            }
        }

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-04/schema#",
            ["title"] = "run/1: a run file of `streaming run`",
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        }.ToJsonString(Indented) + "\n";
    }

    /// <summary>The schema of a mapping.</summary>
    /// <param name="help">What it is for.</param>
    /// <param name="settings">What it may hold.</param>
    public static JsonObject Section(string help, IEnumerable<Setting> settings)
    {
        var section = new JsonObject { ["description"] = help, ["type"] = "object" };
        var properties = new JsonObject();
        AddProperties(properties, settings);
        section["properties"] = properties;
        section["additionalProperties"] = false;
        string[] required = [.. settings.Where(setting => setting.IsRequired).Select(setting => setting.Key)];
        if (required.Length > 0)
        {
            section["required"] = new JsonArray([.. required.Select(key => JsonValue.Create(key))]);
        }

        return section;
    }

    private static JsonObject List(SettingsSection section)
    {
        return new JsonObject
        {
            ["description"] = section.Help,
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = Section(section.Help, section.Settings),
        };
    }

    private static void AddProperties(JsonObject properties, IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
        {
            var property = new JsonObject
            {
                ["description"] = setting.Default is { } usual ? $"{setting.Help} Default: {usual}." : setting.Help,
            };
            foreach (var (name, value) in setting.Schema())
            {
                property[name] = value?.DeepClone();
            }

            properties[setting.Key] = property;
        }
    }
}
