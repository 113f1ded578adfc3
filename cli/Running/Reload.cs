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
/// <param name="outputs">Looks at outputs of sources that are to start, and forgets those of sources that are gone.</param>
/// <param name="terminal">Told what happens; its levels change with the file.</param>
internal sealed class Reload(RunningSources sources, RunPlan plan, IReloadOutputs outputs, Terminal terminal)
{
    /// <summary>Settings that are taken over, beside those of sources.</summary>
    private static readonly Setting[] Changeable = [RunSettings.Verbose, LogSettings.Level];

    private readonly ILogger _log = terminal.Log;

    /// <summary>Reads the file and does what it says; what is wrong with it is logged.</summary>
    /// <param name="read">Reads the file and checks it.</param>
    /// <returns>What was done; null when something is wrong.</returns>
    public async Task<ReloadResult?> RunAsync(Func<RunPlan> read)
    {
        RunPlan next;
        try
        {
            next = read();
            Check(next);
        }
        catch (ConfigurationException exception)
        {
            return Refuse(exception.Errors);
        }
        catch (Exception exception)
        {
            // Whatever it is, a folder that may not be read for example: a run of a year does not end by it.
            return Refuse([exception.Message]);
        }

        return await ApplyAsync(next).ConfigureAwait(false);
    }

    /// <summary>Whether a plan can be taken over: looks at the outputs of the sources that would start.</summary>
    /// <param name="next">The plan.</param>
    /// <param name="retried">See <see cref="ApplyAsync"/>.</param>
    /// <exception cref="ConfigurationException">Something cannot be gone on with.</exception>
    /// <exception cref="UsageException">Something must not be replaced.</exception>
    public void Check(RunPlan next, string? retried = null)
    {
        var (added, changed) = Compare(next, retried);
        try
        {
            outputs.Prepare([.. added.Concat(changed).Where(source => !source.IsPaused)]);
        }
        catch
        {
            Drop(next);
            throw;
        }
    }

    /// <summary>Gives up a plan that was checked and is not to be applied.</summary>
    public void Drop(RunPlan next)
    {
        outputs.Removed([.. Compare(next, null).Added.Select(source => source.Id)]);
    }

    /// <summary>Does what a plan says that was checked.</summary>
    /// <param name="next">The plan.</param>
    /// <param name="retried">The source that is started anew if it has failed, changed or not; null for all.</param>
    public async Task<ReloadResult> ApplyAsync(RunPlan next, string? retried = null)
    {
        var (added, changed) = Compare(next, retried);
        var wanted = next.Config.Sources.Select(source => source.Id);
        string[] removed = [.. sources.Wanted.Select(source => source.Id).Except(wanted)];
        Setting[] fixedOnes =
        [
            .. Kinds.Settings.All.Where(IsFixed).Where(setting => !next.Config.Values.IsSame(setting, plan.Config.Values)),
        ];
        terminal.Levels = LogLevels.Of(next.Config.Values);
        foreach (var setting in fixedOnes)
        {
            CliLog.NeedsRestart(_log, next.Config.Values.Full(setting));
        }

        await sources.ChangeAsync(next.Config.Sources, [.. changed.Select(source => source.Id)]).ConfigureAwait(false);
        outputs.Removed(removed);
        CliLog.Reloaded(_log, plan.File ?? "", added.Length, changed.Length, removed.Length);
        return new ReloadResult(
            [.. added.Select(source => source.Id)],
            [.. changed.Select(source => source.Id)],
            removed,
            [.. fixedOnes.Select(setting => setting.Path)]);
    }

    /// <summary>The sources that are new, and those that are to be started anew.</summary>
    private (SourceConfig[] Added, SourceConfig[] Changed) Compare(RunPlan next, string? retried)
    {
        var running = sources.Wanted.ToDictionary(source => source.Id, StringComparer.Ordinal);
        return (
            [.. next.Config.Sources.Where(source => !running.ContainsKey(source.Id))],
            [
                .. next.Config.Sources.Where(source => running.TryGetValue(source.Id, out var before)
                    && (before != source || ((retried is null || retried == source.Id) && sources.HasFailed(source.Id)))),
            ]);
    }

    private static bool IsFixed(Setting setting)
    {
        return setting.Section != SourceSettings.Section.Name && setting.Section != TrackingSettings.Section.Name
            && !Changeable.Contains(setting);
    }

    private ReloadResult? Refuse(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            CliLog.NotReloaded(_log, error);
        }

        return null;
    }
}
