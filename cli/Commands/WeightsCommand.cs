using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Streaming.Cli.Display;
using Streaming.Config;
using Streaming.Config.Zoo;
using Streaming.Model.Weights;

namespace Streaming.Cli.Commands;

/// <summary>`streaming weights`: look into checkpoints, convert them, download those of the model zoo.</summary>
internal static class WeightsCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        return new Command("weights", "Looks into checkpoints, converts them, downloads those of detectron2's model zoo.")
        {
            CreateInspect(terminal),
            CreateConvert(terminal),
            CreateFetch(terminal),
        };
    }

    private static Command CreateInspect(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "A .pkl, .pth or .safetensors file. Nothing in it is executed." };
        var command = new Command("inspect", "Lists the arrays of a checkpoint.") { file };
        command.SetAction(parsed =>
        {
            var summary = WeightsFiles.Inspect(Existing(parsed.GetValue(file)!));
            foreach (var entry in summary.Entries)
            {
                terminal.Out.WriteLine($"{entry.Name}\t{entry.Type}\t{entry.Shape}");
            }

            terminal.Info(string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Format}, {summary.Entries.Count} arrays, {summary.Entries.Sum(entry => entry.Count):n0} "
                    + $"numbers{string.Concat(summary.Notes.Select(note => $", {note.Key}: {note.Value}"))}"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateConvert(Terminal terminal)
    {
        var input = new Argument<string>("IN") { Description = "A .pkl, .pth or .safetensors file." };
        var output = new Argument<string>("OUT") { Description = "The .safetensors file to write." };
        var command = new Command("convert", "Writes a checkpoint as .safetensors, with the same names.") { input, output };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(output)!;
            if (!target.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            {
                throw new UsageException($"{target}: the output's name must end with .safetensors; no other format is written.");
            }

            var (arrays, bytes) = WeightsFiles.Convert(Existing(parsed.GetValue(input)!), target);
            terminal.Info(string.Create(CultureInfo.InvariantCulture, $"{target}: {arrays} arrays, {bytes:n0} bytes"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateFetch(Terminal terminal)
    {
        var name = new Argument<string>("NAME")
        {
            Description = $"One of {string.Join(", ", ModelZoo.Models.Select(model => model.Name))}; or, to train with, a "
                + $"backbone: {string.Join(", ", ModelZoo.Backbones)}.",
        };
        var sha256 = new Option<string?>("--sha256") { Description = "The checksum that the file must have.", HelpName = "HEX" };
        var from = new Option<string>("--from")
        {
            Description = "Another https address to fetch from, laid out like the model zoo.",
            HelpName = "URL",
            DefaultValueFactory = _ => ModelZoo.Root.AbsoluteUri,
        };
        var command = new Command("fetch", "Downloads a checkpoint of the model zoo into the user's cache folder.")
        {
            name,
            sha256,
            from,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var wanted = parsed.GetValue(name)!;
            var known = ModelZoo.Models.Select(model => model.Name).Concat(ModelZoo.Backbones);
            var checkpoint = ModelZoo.CheckpointOf(wanted) ?? throw new UsageException(
                $"{wanted}: is not in the list of shipped configurations.{NearestName.Hint(wanted, known)}");
            var address = parsed.GetValue(from)!;
            if (!Uri.TryCreate(address.EndsWith('/') ? address : $"{address}/", UriKind.Absolute, out var root)
                || root.Scheme != Uri.UriSchemeHttps)
            {
                throw new UsageException($"--from {address}: checkpoints are fetched over https only.");
            }

            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var fetcher = new WeightsFetcher(http);
            var sum = parsed.GetValue(sha256);
            var result = await ShowAsync(
                terminal,
                Path.GetFileName(checkpoint),
                progress => fetcher.FetchAsync(root, checkpoint, sum, progress, cancellation)).ConfigureAwait(false);
            terminal.Out.WriteLine(result.Path);
            terminal.Info($"{(result.WasCached ? "in the cache already" : "downloaded")}, SHA-256 {result.Sha256}");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<T> ShowAsync<T>(Terminal terminal, string what, Func<IProgress<FetchProgress>?, Task<T>> work)
    {
        if (!terminal.IsInteractive)
        {
            return await work(null).ConfigureAwait(false);
        }

        return await terminal.Console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(what));
                return work(new Progress<FetchProgress>(progress =>
                {
                    bar.IsIndeterminate = progress.Total is null;
                    bar.MaxValue = progress.Total ?? 1;
                    bar.Value = progress.Received;
                }));
            }).ConfigureAwait(false);
    }

    private static string Existing(string path)
    {
        return File.Exists(path) ? path : throw new UsageException($"{path}: there is no such file.");
    }
}
