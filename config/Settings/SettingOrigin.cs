using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>Where a value comes from, so that a message can name the setting as the user gave it.</summary>
internal abstract record SettingOrigin
{
    /// <summary>A value as it is shown in messages.</summary>
    public abstract string Show(ConfigNode node);

    /// <summary>Setting and value, with all that helps to find them: the beginning of a sentence.</summary>
    public abstract string Full(string shown);

    /// <summary>Setting and value, within a sentence.</summary>
    public abstract string Brief(string shown);
}

/// <summary>A flag of the command line, or an environment variable.</summary>
/// <param name="Name">As the user typed it.</param>
internal sealed record FlagOrigin(string Name) : SettingOrigin
{
    public override string Show(ConfigNode node)
    {
        return node switch
        {
            ConfigScalar { Value: string text } => text,
            ConfigList list => string.Join($" {Name} ", list.Items.Select(Show)),
            _ => node.Describe(),
        };
    }

    public override string Full(string shown)
    {
        return Brief(shown);
    }

    public override string Brief(string shown)
    {
        return shown.Length == 0 ? Name : $"{Name} {shown}";
    }
}

/// <summary>A run file.</summary>
/// <param name="File">Its path.</param>
/// <param name="Line">Counts from 1.</param>
/// <param name="Path">Where in the file, for example "sources[0].stride".</param>
internal sealed record FileOrigin(string File, int Line, string Path) : SettingOrigin
{
    public override string Show(ConfigNode node)
    {
        return node.Describe();
    }

    public override string Full(string shown)
    {
        return $"{File}:{Line}: {Path}: {shown}";
    }

    public override string Brief(string shown)
    {
        return $"{Path[(Path.LastIndexOf('.') + 1)..]} {shown}";
    }
}
