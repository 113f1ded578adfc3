using System.Globalization;
using Spectre.Console;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Model;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>The network alone, part by part, beside what the machine could do.</summary>
internal static class DetectBench
{
    private const int MinRuns = 3;

    /// <summary>Measures on the first device, with the first frame of a source, and prints a table.</summary>
    public static int Run(
        ModelChoice model,
        SourceConfig input,
        int batchSize,
        double seconds,
        Terminal terminal,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var pool = new PixelPool();
        using var source = Kinds.Sources.Probe(input, new SourceContext("bench", pool, time), cancellationToken);
        using var frame = source.Read(cancellationToken) ?? throw new UsageException($"{input.Input}: has no frame.");
        using var detector = model.LoadFirst(terminal.Log);
        PreprocessedImage[] images = [.. Enumerable.Range(0, batchSize).Select(_ => detector.Preprocess(frame.Pixels.View))];
        var started = time.GetTimestamp();
        var found = detector.Detect(images);
        var runs = (int)Math.Clamp(seconds / time.GetElapsedTime(started).TotalSeconds, MinRuns, 1000);
        var profile = DetectorProfiler.Measure(detector, images, runs, model.Section.Precision, time);
        Array.ForEach(images, image => image.Dispose());

        Print(terminal, profile);
        var kind = model.Section.Exact ? "exact" : model.Section.Winograd ? "fused, Winograd" : "fused";
        var detections = found.Average(result => result.Count);
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Config.Name}, {model.Section.Precision}, {kind}, {images[0].Size}, batch {batchSize}, "
            + $"{detections:0.#} detections an image, {runs} runs: {batchSize / profile.Seconds:0.###} images/s"));
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"roofline: {profile.GigaOperations:0.#} GFLOP at {profile.Speed:0.#} of {profile.Ceiling:0.#} GFLOP/s "
            + $"({100 * profile.Speed / profile.Ceiling:0.#} %); {profile.GigaBytes:0.##} GB at least, "
            + $"{profile.GigaBytes / profile.Seconds:0.#} of {profile.MemoryCeiling:0.#} GB/s"));
        return ExitCode.Done;
    }

    private static void Print(Terminal terminal, DetectorProfile profile)
    {
        var table = new Table().RoundedBorder().AddColumns("part", "ms", "share");
        foreach (var (part, seconds) in profile.Parts.Where(part => part.Value > 0))
        {
            var share = $"{Number(100 * seconds / profile.Seconds)} %";
            table.AddRow(part.ToString().ToLowerInvariant(), Number(1000 * seconds), share);
        }

        table.AddRow("all", Number(1000 * profile.Seconds), "100 %");
        terminal.Console.Write(table);
    }

    private static string Number(double value)
    {
        return value.ToString("0.0", CultureInfo.InvariantCulture);
    }
}
