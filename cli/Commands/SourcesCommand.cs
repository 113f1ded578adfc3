using System.CommandLine;
using System.Text.Json.Nodes;
using Streaming.Cli.Client;
using Streaming.Cli.Display;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Run.Editing;

namespace Streaming.Cli.Commands;

/// <summary>`streaming sources`: lists and changes the sources of a running program, through its API.</summary>
internal sealed class SourcesCommand
{
    private const string UsualServer = "http://127.0.0.1:8080";
    private const string TokenVariable = "STREAMING_HTTP_TOKEN";

    private readonly Option<string> _server = new("--server")
    {
        Description = $"The running program's address. Default: {UsualServer}.",
        HelpName = "URL",
        DefaultValueFactory = _ => UsualServer,
        Recursive = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = $"Its token. Better from the environment: {TokenVariable}.",
        HelpName = "TOKEN",
        Recursive = true,
    };

    private readonly Terminal _terminal;

    private SourcesCommand(Terminal terminal)
    {
        _terminal = terminal;
    }

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        return new SourcesCommand(terminal).Create();
    }

    private Command Create()
    {
        return new Command("sources", "Lists, adds, removes, pauses and resumes sources of a program that runs.")
        {
            _server,
            _token,
            List(),
            Add(),
            Simple("remove", "Removes a source, from its run file too.", HttpMethod.Delete, ""),
            Simple("pause", "Leaves a source alone until it is resumed.", HttpMethod.Post, "/pause"),
            Simple("resume", "Opens a paused source again.", HttpMethod.Post, "/resume"),
        };
    }

    private Command List()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("list", "Shows how each source is.") { json };
        command.SetAction((parsed, cancellation) => AskAsync(parsed, async client =>
        {
            var answer = await client.SendAsync(HttpMethod.Get, "sources", null, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                _terminal.Out.WriteLine(answer!.ToJsonString());
                return;
            }

            foreach (var line in SourceLines.Of((answer?["sources"] as JsonArray ?? []).OfType<JsonObject>()))
            {
                _terminal.Out.WriteLine(line);
            }
        }));
        return command;
    }

    private Command Add()
    {
        var input = new Argument<string>("INPUT") { Description = "What to read, as for 'run'." };
        var id = new Option<string?>("--id") { Description = "Its name. Default: made of the input.", HelpName = "ID" };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting of the source, as it stands in a run file: track=bytetrack; may be repeated.",
            HelpName = "KEY=VALUE",
        };
        input.Validators.Add(Unmatched.RefuseOptions);
        var command = new Command("add", "Adds a source, to its run file too.") { input, id, set };
        command.SetAction((parsed, cancellation) => AskAsync(parsed, async client =>
        {
            var settings = new JsonObject();
            if (parsed.GetValue(id) is { } name)
            {
                settings[SourceSettings.Id.Key] = name;
            }

            settings[SourceSettings.Input.Key] = parsed.GetValue(input)!;
            foreach (var word in parsed.GetValue(set) ?? [])
            {
                var (key, value) = Setting(word);
                settings[key] = value;
            }

            var source = await client.SendAsync(HttpMethod.Post, "sources", settings, cancellation).ConfigureAwait(false);
            _terminal.Out.WriteLine($"{source?["id"]}: added");
        }));
        return command;
    }

    private Command Simple(string name, string help, HttpMethod method, string path)
    {
        var id = new Argument<string>("ID") { Description = "The source's name." };
        var command = new Command(name, help) { id };
        command.SetAction((parsed, cancellation) => AskAsync(parsed, client => client.SendAsync(
            method, $"sources/{Uri.EscapeDataString(parsed.GetValue(id)!)}{path}", null, cancellation)));
        return command;
    }

    private async Task<int> AskAsync(ParseResult parsed, Func<ApiClient, Task> ask)
    {
        using var client = new ApiClient(
            parsed.GetValue(_server)!, parsed.GetValue(_token) ?? Environment.GetEnvironmentVariable(TokenVariable));
        try
        {
            await ask(client).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (ApiClientException exception)
        {
            foreach (var error in exception.Errors)
            {
                _terminal.Error(error);
            }

            return ExitCode.Failed;
        }
    }

    /// <summary>"KEY=VALUE", the value as in a run file.</summary>
    private static (string Key, JsonNode? Value) Setting(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new UsageException($"--set {word}: write KEY=VALUE, for example track=bytetrack.");
        }

        try
        {
            return (word[..equals], YamlJson.Read(word[(equals + 1)..], "--set"));
        }
        catch (ConfigurationException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
