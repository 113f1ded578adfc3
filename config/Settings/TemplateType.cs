using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>The name of an output with fields such as {source}, or null for no such output: false.</summary>
/// <param name="usual">The name that true stands for.</param>
internal sealed class TemplateType(string usual) : SettingType<string?>
{
    public override string Supported => "a name, true, false";

    internal override string Placeholder => "NAME";

    internal override JsonObject Schema()
    {
        return new JsonObject { ["type"] = new JsonArray("string", "boolean") };
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out string? value)
    {
        value = node is ConfigScalar { Value: true } ? usual : (node as ConfigScalar)?.Value as string;
        return node is ConfigScalar { Value: bool or string } ? null : node;
    }

    /// <summary>A flag that asks for an output leaves it the name that the file gives it.</summary>
    internal override string? Merge(string? upper, string? lower)
    {
        return upper == usual && lower is not null ? lower : upper;
    }

    internal override string? Write(string? value)
    {
        return value;
    }
}
