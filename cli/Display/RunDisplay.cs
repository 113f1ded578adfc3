using System.Globalization;
using Spectre.Console;
using Streaming.Pipeline;
using Streaming.Server.Health;

namespace Streaming.Cli.Display;

/// <summary>
/// Shows how a run goes: a live table on a terminal, otherwise a line each minute; and at the end, how it went.
/// </summary>
/// <param name="terminal">Where to.</param>
/// <param name="time">The clock.</param>
/// <param name="told">Is told the line of each minute too, and one at the start.</param>
internal sealed class RunDisplay(Terminal terminal, TimeProvider time, Action<string> told)
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(1);

    private readonly RunSummary _summary = new(time);

    /// <summary>Names the sources that are wanted, but not in the pipeline.</summary>
    public Func<IReadOnlyList<IdleSource>> Idle { get; init; } = () => [];

    /// <summary>Shows the pipeline's progress until <paramref name="work"/> has ended, and returns its result.</summary>
    public async Task<T> FollowAsync<T>(VideoPipeline pipeline, Task<T> work)
    {
        told(_summary.Next(Sources(pipeline), Paused()));
        var lines = EachAsync(LineInterval, work, () =>
        {
            var line = _summary.Next(Sources(pipeline), Paused());
            told(line);
            if (!terminal.IsInteractive)
            {
                CliLog.Progress(terminal.Log, line);
            }
        });
        if (terminal.IsInteractive)
        {
            var table = new SourceTable(time);
            await terminal.Console.Live(table.At(Sources(pipeline), Paused()))
                .AutoClear(true)
                .StartAsync(context => EachAsync(
                    TableInterval, work, () => context.UpdateTarget(table.At(Sources(pipeline), Paused()))))
                .ConfigureAwait(false);
        }

        await lines.ConfigureAwait(false);
        return await work.ConfigureAwait(false);
    }

    /// <summary>How the run went.</summary>
    public void Summarise(IReadOnlyList<SourceStatus> sources, TimeSpan elapsed)
    {
        if (terminal.IsInteractive)
        {
            ShowTable(sources);
        }
        else
        {
            foreach (var (id, counts, outputs) in sources.Select(source => (source.Id, source.Counts, source.Outputs)))
            {
                var to = outputs.Count == 0 ? "" : $"; written to {string.Join(", ", outputs)}";
                CliLog.SourceEnded(
                    terminal.Log,
                    id,
                    RunSummary.End(counts),
                    string.Create(CultureInfo.InvariantCulture, $"{counts.Emitted} frames, ")
                        + $"{RunSummary.Counts(counts.Failed)} failed, {RunSummary.Counts(counts.Dropped)} dropped{to}");
            }
        }

        var frames = sources.Sum(source => source.Counts.Emitted);
        var seconds = elapsed.TotalSeconds;
        CliLog.Finished(terminal.Log, frames, seconds, frames / Math.Max(seconds, 1e-3));
    }

    private static SourceStatus[] Sources(VideoPipeline pipeline)
    {
        return [.. pipeline.Sources.Select(source => source.Status)];
    }

    private IdleSource[] Paused()
    {
        return [.. Idle().Where(source => source.State == IdleSource.Paused)];
    }

    private async Task EachAsync(TimeSpan interval, Task work, Action action)
    {
        while (await Task.WhenAny(work, Task.Delay(interval, time, CancellationToken.None)).ConfigureAwait(false) != work)
        {
            action();
        }
    }

    private void ShowTable(IReadOnlyList<SourceStatus> sources)
    {
        var table = new Table().RoundedBorder().AddColumns("source", "frames", "failed", "dropped", "end", "written to");
        foreach (var source in sources)
        {
            var counts = source.Counts;
            table.AddRow(
                new Text(source.Id),
                new Text(counts.Emitted.ToString(CultureInfo.InvariantCulture)),
                new Text(RunSummary.Counts(counts.Failed)),
                new Text(RunSummary.Counts(counts.Dropped)),
                new Text(RunSummary.End(counts)),
                new Text(string.Join('\n', source.Outputs)));
        }

        terminal.Console.Write(table);
    }
}
