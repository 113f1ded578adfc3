using System.CommandLine;
using Streaming.Config;
using Streaming.Config.Settings;

namespace Streaming.Cli.Commands;

/// <summary>The flags of settings, as options of a command.</summary>
internal sealed class SettingOptions
{
    private readonly IReadOnlyList<Setting> _settings;
    private readonly IReadOnlyList<(Setting Setting, SettingFlag Flag, Option<IReadOnlyList<string>> Option)> _options;

    /// <param name="settings">The settings; those without a flag are left out.</param>
    public SettingOptions(IEnumerable<Setting> settings)
    {
        _settings = [.. settings];
        _options = [.. _settings.SelectMany(setting => setting.Flags.Select(flag => (setting, flag, OptionOf(setting, flag))))];
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, _, option) in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the flags say.</summary>
    public FlagReader Read(ParseResult parsed)
    {
        var reader = new FlagReader();
        foreach (var (setting, flag, option) in _options)
        {
            if (parsed.GetResult(option) is { Implicit: false } given)
            {
                reader.Add(
                    setting, flag, given.IdentifierToken?.Value ?? flag.Name, [.. given.Tokens.Select(token => token.Value)]);
            }
        }

        return reader;
    }

    /// <summary>What environment variables say.</summary>
    public FlagReader ReadVariables()
    {
        var reader = new FlagReader();
        foreach (var setting in _settings)
        {
            if (setting.Variable is { } name && Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                reader.AddVariable(setting, name, value);
            }
        }

        return reader;
    }

    /// <summary>What flags and environment variables say, when no file says anything.</summary>
    /// <exception cref="ConfigurationException">With everything that could not be read.</exception>
    public SettingValues ReadAll(ParseResult parsed)
    {
        var (flags, variables) = (Read(parsed), ReadVariables());
        string[] errors = [.. flags.Errors, .. variables.Errors];
        return errors.Length == 0 ? flags.Values.Over(variables.Values) : throw new ConfigurationException(errors);
    }

    private static Option<IReadOnlyList<string>> OptionOf(Setting setting, SettingFlag flag)
    {
        string[] aliases = flag.Alias is { } alias ? [alias] : [];
        var isAlone = flag.Value is not null;
        var option = new Option<IReadOnlyList<string>>(flag.Name, aliases)
        {
            Description = flag.Help
                ?? (isAlone || setting.Default is not { } usual ? setting.Help : $"{setting.Help} Default: {usual}."),
            HelpName = isAlone ? flag.Word : setting.Placeholder,
            Required = setting.IsRequired,
            CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
            Arity = isAlone && flag.Word is null ? ArgumentArity.Zero
                : setting.IsList ? ArgumentArity.OneOrMore
                : ArgumentArity.ExactlyOne,
        };
        if (!isAlone)
        {
            option.CompletionSources.Add([.. setting.Words]);
        }

        return option;
    }
}
