using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;
using Streaming.Cli.Logging;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Cli.Running;

/// <summary>
/// Takes over a run file that has changed: sources are added, removed and, when a setting of theirs has changed or they have
/// failed, started anew. All others run on undisturbed. Anything wrong in the file leaves everything as it was.
/// </summary>
/// <param name="sources">What runs.</param>
/// <param name="plan">What the run was started with.</param>
/// <param name="read">Reads the file and checks it.</param>
/// <param name="prepare">Looks at the outputs of the sources that are to start; throws when they must not.</param>
/// <param name="terminal">Told what happens; its levels change with the file.</param>
internal sealed class Reload(
    RunningSources sources, RunPlan plan, Func<RunPlan> read, Action<IReadOnlyList<SourceConfig>> prepare, Terminal terminal)
{
    /// <summary>Settings that are taken over, beside those of sources.</summary>
    private static readonly Setting[] Changeable = [RunSettings.Verbose, LogSettings.Level];

    private readonly ILogger _log = terminal.Log;

    /// <summary>Reads the file and does what it says.</summary>
    public async Task RunAsync()
    {
        var running = sources.Wanted.ToDictionary(source => source.Id, StringComparer.Ordinal);
        RunPlan next;
        SourceConfig[] added, changed;
        try
        {
            next = read();
            added = [.. next.Config.Sources.Where(source => !running.ContainsKey(source.Id))];
            changed =
            [
                .. next.Config.Sources.Where(source => running.TryGetValue(source.Id, out var before)
                    && (before != source || sources.HasFailed(source.Id))),
            ];
            prepare([.. added, .. changed]);
        }
        catch (ConfigurationException exception)
        {
            Refuse(exception.Errors);
            return;
        }
        catch (Exception exception)
        {
            // Whatever it is, a folder that may not be read for example: a run of a year does not end by it.
            Refuse([exception.Message]);
            return;
        }

        terminal.Levels = LogLevels.Of(next.Config.Values);
        foreach (var setting in Kinds.Settings.All.Where(IsFixed).Where(
            setting => !next.Config.Values.IsSame(setting, plan.Config.Values)))
        {
            CliLog.NeedsRestart(_log, next.Config.Values.Full(setting));
        }

        var removed = running.Keys.Except(next.Config.Sources.Select(source => source.Id)).Count();
        await sources.ChangeAsync(next.Config.Sources, [.. changed.Select(source => source.Id)]).ConfigureAwait(false);
        CliLog.Reloaded(_log, plan.File ?? "", added.Length, changed.Length, removed);
    }

    private static bool IsFixed(Setting setting)
    {
        return setting.Section != SourceSettings.Section.Name && setting.Section != TrackingSettings.Section.Name
            && !Changeable.Contains(setting);
    }

    private void Refuse(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            CliLog.NotReloaded(_log, error);
        }
    }
}
