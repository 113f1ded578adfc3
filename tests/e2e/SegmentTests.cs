using System.Diagnostics;
using System.Text.Json;
using Streaming.Stages.Emit.Segments;

namespace Streaming.EndToEnd.Tests;

/// <summary>
/// Recording around the clock: segments survive kills, outputs come back after a full disk, and one process writes a file.
/// </summary>
public sealed class SegmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Output => _folder.File("out");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(50, Traits = ["Category", "Slow"])]
    public async Task Run_KilledAtRandomMoments_LosesNoLineThatWasWritten(int kills)
    {
        var file = RunFile(2, "segment_s: 1, video: true", "*100");
        var random = new Random(kills);
        HashSet<string> written = [];
        for (var killed = 0; killed < kills;)
        {
            using var process = CommandLine.Start([], "run", file);
            var log = process.StandardError.ReadToEndAsync();
            // Most of it after the start, where the files are open.
            if (process.WaitForExit(TimeSpan.FromSeconds(1 + (5 * random.NextDouble()))))
            {
                Assert.True(process.ExitCode == 0, await log);
            }
            else
            {
                process.Kill();
                await process.WaitForExitAsync();
                killed++;
            }

            var now = WholeLines().ToHashSet();
            Assert.Superset(written, now);
            written = now;
        }

        var (code, error) = await CommandLine.RunProcessAsync([], "run", file);
        Assert.True(code == 0, error);
        Assert.Superset(written, WholeLines().ToHashSet());
        Assert.Empty(Directory.GetFiles(Output, "*.part.*"));
        Assert.Empty(Directory.GetFiles(Output, ".*"));
        foreach (var index in Directory.GetFiles(Output, "*.index"))
        {
            var (source, kind) = (Path.GetFileName(index)[..4], index.Contains("jsonl", StringComparison.Ordinal));
            var segments = SegmentIndex.Read(index);
            Assert.Equal(
                Directory.GetFiles(Output, kind ? $"{source}-*.jsonl" : $"{source}-*.mp4").Select(path => Path.GetFileName(path))
                    .Order(),
                segments.Select(segment => segment.Name).Order());
            Assert.All(segments.Where(segment => kind && segment.RunId is not null).GroupBy(segment => segment.RunId), CheckRun);
        }
    }

    [Fact]
    public async Task Run_WhileAnotherProcessWritesTheSameFiles_IsWrongUseUntilThatIsDead()
    {
        var file = RunFile(1, "existing: overwrite", "");
        using var first = CommandLine.Start([], "run", file);
        var log = first.StandardError.ReadToEndAsync();
        await UntilAsync(first, () => Directory.Exists(Output) && WholeLines().Length > 2);
        var (code, _, error) = await CommandLine.RunAsync("run", file);
        Assert.Equal(2, code);
        Assert.Contains(
            $"{Output}: the files of 'cam0' are being written by process {first.Id} on {Environment.MachineName}, since ",
            error,
            StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        first.Kill();
        await first.WaitForExitAsync();
        await log;
        // Its lock file is still there, and holds nobody up.
        Assert.Single(Directory.GetFiles(Output, ".*"));
        var again = await CommandLine.RunAsync("run", RunFile(1, "existing: overwrite", "*10"));
        Assert.True(again.Code == 0, again.Error);
        Assert.Empty(Directory.GetFiles(Output, ".*"));
    }

    [Theory]
    [InlineData(true, "draw_threshold: 0.5")]
    [InlineData(true, "segment_s: 1")]
    [InlineData(false, "draw_threshold: 0.5")]
    [InlineData(false, "segment_s: 1, video: true")]
    public async Task Run_FourCamerasLoseTheirDiskForAWhile_AllWriteAgainAndCountWhatIsMissing(bool isFull, string output)
    {
        Assert.SkipUnless(SmallDisk.IsAvailable, "the right to mount a small file system is missing");
        using var disk = new SmallDisk(4096);
        var folder = Path.Combine(disk.Path, "out");
        using var process = CommandLine.Start([], "run", RunFile(4, output, "", folder));
        var log = new List<string>();
        process.ErrorDataReceived += (_, line) => Add(log, line.Data);
        process.BeginErrorReadLine();
        await UntilAsync(process, () => CamerasWith(folder, 0) == 4);
        if (isFull)
        {
            disk.Fill();
        }
        else
        {
            Directory.Delete(folder, recursive: true);
        }

        await UntilAsync(process, () => Count(log, "output jsonl is lost") == 4);
        disk.Free();
        await UntilAsync(process, () => Count(log, "output jsonl is back") == 4);
        var before = isFull ? Lines(folder).Length : 0;
        await UntilAsync(process, () => Lines(folder).Length > before + 40 && CamerasWith(folder, 0) == 4);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0 or 130, string.Join('\n', log));
        for (var camera = 0; camera < 4; camera++)
        {
            CheckCounts(Lines(folder, $"cam{camera}"), isFull);
        }
    }

    /// <summary>The end tells what became of every frame; the lines are what was emitted, and tell what is missing.</summary>
    private static void CheckCounts(JsonElement[] lines, bool isWhole)
    {
        var end = lines.Single(line => line.GetProperty("type").ValueEquals("stream_end"));
        JsonElement[] frames = [.. lines.Where(line => line.GetProperty("type").ValueEquals("frame"))];
        var (decoded, emitted) = (end.GetProperty("frames_decoded").GetInt64(), end.GetProperty("frames_emitted").GetInt64());
        var dropped = end.GetProperty("frames_dropped");
        Assert.Equal(decoded, emitted + dropped.EnumerateObject().Sum(reason => reason.Value.GetInt64()));
        if (isWhole)
        {
            Assert.True(dropped.GetProperty("output_failed").GetInt64() > 0);
            Assert.Equal(emitted, frames.Length);
            Assert.Equal(
                frames[^1].GetProperty("frame_index").GetInt64() + 1,
                frames.Length + frames.Sum(frame => frame.GetProperty("dropped_before").GetInt64()));
        }
    }

    /// <summary>Within a run segments follow each other without a gap, but for what their frames say was dropped.</summary>
    private static void CheckRun(IEnumerable<Segment> run)
    {
        var next = 0L;
        foreach (var segment in run.Where(segment => segment.Frames > 0).OrderBy(segment => segment.First!.FrameIndex))
        {
            next += segment.Frames!.Value + segment.Dropped!.Value;
            Assert.Equal(next, segment.Last!.FrameIndex + 1);
        }
    }

    private static async Task UntilAsync(Process process, Func<bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.False(process.HasExited);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2));
            await timer.WaitForNextTickAsync();
        }
    }

    private static void Add(List<string> log, string? line)
    {
        lock (log)
        {
            log.Add(line ?? "");
        }
    }

    private static int Count(List<string> log, string text)
    {
        lock (log)
        {
            return log.Count(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    private static int CamerasWith(string folder, int frames)
    {
        return Enumerable.Range(0, 4).Count(camera => Lines(folder, $"cam{camera}").Length > frames + 1);
    }

    /// <summary>The whole lines of a source, or of all, in their order.</summary>
    private static JsonElement[] Lines(string folder, string source = "cam")
    {
        return [.. Texts(folder, source).Select(text => JsonDocument.Parse(text).RootElement)];
    }

    private static string[] Texts(string folder, string source)
    {
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.GetFiles(folder, $"{source}*.jsonl").Order(StringComparer.Ordinal)
                .SelectMany(path => ReadIfThere(path).Split('\n')[..^1]),
        ];
    }

    /// <summary>A file may get its name just now.</summary>
    private static string ReadIfThere(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string[] WholeLines()
    {
        return Texts(Output, "cam");
    }

    private string RunFile(int cameras, string output, string frames, string? folder = null)
    {
        var sources = Enumerable.Range(0, cameras).Select(i => $"  - {{ id: cam{i}, input: 'synthetic:64x48@20{frames}' }}\n");
        return _folder.File("run.yaml", $$"""
            model: { config: '{{Golden.File("tiny.yaml")}}', weights: '{{Golden.File("tiny.pkl")}}' }
            output: { folder: '{{folder ?? Output}}', {{output}} }
            sources:

            """ + string.Concat(sources));
    }
}
