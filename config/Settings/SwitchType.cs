using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>Yes or no.</summary>
internal sealed class SwitchType : SettingType<bool>
{
    public override string Supported => "true, false";

    internal override IReadOnlyList<string> Words => ["true", "false"];

    internal override JsonObject Schema()
    {
        return new JsonObject { ["type"] = "boolean" };
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out bool value)
    {
        value = node is ConfigScalar { Value: true };
        return node is ConfigScalar { Value: bool } ? null : node;
    }

    internal override string Write(bool value)
    {
        return value ? "true" : "false";
    }
}
