using System.Globalization;
using Spectre.Console;
using Streaming.Pipeline;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Display;

/// <summary>Shows how a run goes: live bars on a terminal, a line now and then otherwise, and a table at the end.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class RunDisplay(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Shows the pipeline's progress until <paramref name="work"/> has ended, and returns its result.</summary>
    public async Task<T> FollowAsync<T>(VideoPipeline pipeline, Task<T> work)
    {
        if (terminal.IsInteractive)
        {
            await terminal.Console.Progress()
                .AutoClear(true)
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new RemainingTimeColumn())
                .StartAsync(context => ShowBarsAsync(context, pipeline, work)).ConfigureAwait(false);
        }
        else
        {
            await ShowLinesAsync(pipeline, work).ConfigureAwait(false);
        }

        return await work.ConfigureAwait(false);
    }

    /// <summary>The table at the end.</summary>
    public void Summarise(IReadOnlyList<SourceStatus> sources, TimeSpan elapsed)
    {
        var table = new Table().RoundedBorder().AddColumns("source", "frames", "failed", "dropped", "end", "written to");
        foreach (var source in sources)
        {
            var counts = source.Counts;
            table.AddRow(
                new Text(source.Id),
                new Text(Number(counts.Emitted)),
                new Text(Counts(counts.Failed)),
                new Text(Counts(counts.Dropped)),
                new Text(counts.End switch { StreamEnd.Eof => "complete", StreamEnd.Stopped => "stopped", _ => "failed" }),
                new Text(string.Join('\n', source.Outputs)));
        }

        terminal.Console.Write(table);
        var frames = sources.Sum(source => source.Counts.Emitted);
        terminal.Info(string.Create(
            CultureInfo.InvariantCulture, $"{frames} frames in {elapsed.TotalSeconds:0.0} s "
                + $"({frames / Math.Max(elapsed.TotalSeconds, 1e-3):0.00} frames/s)"));
    }

    private async Task ShowBarsAsync(ProgressContext context, VideoPipeline pipeline, Task work)
    {
        var bars = new Dictionary<string, ProgressTask>();
        do
        {
            await Task.WhenAny(work, Task.Delay(LiveInterval, time, CancellationToken.None)).ConfigureAwait(false);
            foreach (var source in pipeline.Sources.Select(source => source.Status))
            {
                if (!bars.TryGetValue(source.Id, out var bar))
                {
                    bars[source.Id] = bar = context.AddTask(Markup.Escape(source.Id));
                    bar.IsIndeterminate = source.Info?.FrameCount is null;
                    bar.MaxValue = source.Info?.FrameCount ?? 1;
                }

                bar.Value = Math.Min(Ended(source.Counts), bar.MaxValue);
                bar.Description = Markup.Escape($"{source.Id}  {Number(Ended(source.Counts))} frames");
                if (source.HasEnded)
                {
                    bar.StopTask();
                }
            }
        }
        while (!work.IsCompleted);
    }

    private async Task ShowLinesAsync(VideoPipeline pipeline, Task work)
    {
        while (await Task.WhenAny(work, Task.Delay(LineInterval, time, CancellationToken.None)).ConfigureAwait(false) != work)
        {
            foreach (var source in pipeline.Sources.Select(source => source.Status).Where(source => !source.HasEnded))
            {
                var of = source.Info?.FrameCount is { } count ? $" of {Number(count)}" : "";
                terminal.Info($"{source.Id}: {Number(Ended(source.Counts))}{of} frames");
            }
        }
    }

    private static long Ended(StreamSummary counts)
    {
        return counts.Emitted + counts.Dropped.Values.Sum() + counts.Failed.Values.Sum();
    }

    private static string Counts(IReadOnlyDictionary<string, long> counts)
    {
        return counts.Count == 0 ? "0" : string.Join(", ", counts.Select(item => $"{Number(item.Value)} ({item.Key})"));
    }

    private static string Number(long value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
