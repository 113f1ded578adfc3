using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Streaming.EndToEnd.Tests;

/// <summary>`streaming run` as a service: signals, reloads, the log, native libraries' lines.</summary>
public sealed class ServiceTests : IDisposable
{
    /// <summary>The full network, on pictures so large that each one takes it many seconds.</summary>
    private const string FullModel = "{ config: mask_rcnn_R_50_FPN_3x, weights: 'synthetic:1', "
        + "set: [INPUT.MIN_SIZE_TEST=2000, INPUT.MAX_SIZE_TEST=3000] }";

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _log = new();

    private string File => _folder.File("run.yaml");

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("QUIT")]
    public async Task Stop_OfCameras_FinishesTheirFilesAndIsNoFailure(string signal)
    {
        Write("  - { id: a, input: 'synthetic:160x120@25' }");
        using var process = Start();
        await process.UntilAsync(() => Lines("a").Length > 2);
        await process.SignalAsync(signal);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, Log);
        Assert.Equal("stopped", Lines("a")[^1].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Stop_SecondOneInsideTheNetwork_EndsAtOnceWithWholeLines()
    {
        Write("  - { id: a, input: 'synthetic:320x240@25' }", FullModel);
        using var process = Start();
        await process.UntilAsync(() => Lines("a").Length > 0);
        await process.SignalAsync("TERM");
        await process.UntilAsync(() => Log.Contains("Stopping", StringComparison.Ordinal));
        // Sooner it would be the same signal.
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(600)))
        {
            await timer.WaitForNextTickAsync();
        }

        Assert.False(process.HasExited, Log);
        var started = TimeProvider.System.GetTimestamp();
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 3);
        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("\n", System.IO.File.ReadAllText(_folder.File("out/a.jsonl")), StringComparison.Ordinal);
        Assert.Equal("stream_start", Assert.Single(Lines("a")).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Stop_LongerThanItsLimit_IsGivenUp()
    {
        Write("  - { id: a, input: 'synthetic:320x240@25' }", FullModel, "stop_timeout_s: 0.1");
        using var process = Start();
        await process.UntilAsync(() => Lines("a").Length > 0);
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Given up", Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_ChangedCamera_GoesOnInItsFile()
    {
        Write("  - { id: a, input: 'synthetic:160x120@25' }", more: "log: { format: json }");
        using var process = Start();
        await process.UntilAsync(() => Lines("a").Length > 2);
        Write(
            "  - { id: a, input: 'synthetic:160x120@25', max_fps: 10 }\n  - { id: b, input: 'synthetic:160x120@25' }",
            more: "log: { format: json }");
        await process.SignalAsync("HUP");
        await process.UntilAsync(() => Lines("b").Length > 2);
        await process.UntilAsync(() => Lines("a").Count(Is("stream_start")) == 2);
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, Log);
        Assert.Equal(
            ["stream_start", "stream_end", "stream_start", "stream_end"],
            Lines("a").Select(line => line.GetProperty("type").GetString()).Where(type => type != "frame"));
        Assert.Contains("1 sources added, 1 started anew, 0 removed", Log, StringComparison.Ordinal);
        Assert.All(Log.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task Stop_TerminalThatIsClosed_FinishesTheFiles()
    {
        Assert.SkipWhen(Programs.Find("script") is null, "script, which makes a terminal, is not on this machine");
        Write("  - { id: a, input: 'synthetic:160x120@25' }");
        // The words that follow are $0 and $1.
        using var process = CommandLine.Start(["sh", "-c", $"exec script -qec \"$0 $1 run {File}\" /dev/null < /dev/null"]);
        await process.UntilAsync(() => Lines("a").Length > 2);
        process.Kill();
        await process.WaitForExitAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!Lines("a")[^1].GetProperty("type").ValueEquals("stream_end") && await timer.WaitForNextTickAsync())
        {
        }

        Assert.Equal("stopped", Lines("a")[^1].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Log_LinesOfNativeLibraries_AreTaggedAndSurviveACrash()
    {
        Write("  - { id: a, input: 'synthetic:160x120@25' }");
        using var process = Start();
        await process.UntilAsync(() => Lines("a").Length > 1);
        // Descriptor 2 as a library in the process has it.
        await using var errors = new FileStream(
            $"/proc/{process.Id}/fd/2", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await errors.WriteAsync("(a-library:1): WARNING: something\n"u8.ToArray());
        await process.UntilAsync(() => Log.Contains("something", StringComparison.Ordinal));
        Assert.Contains(" info native: (a-library:1): WARNING: something\n", Log, StringComparison.Ordinal);

        // A crash, in which no thread of the process comes to reading any more.
        await process.SignalAsync("STOP");
        await AllThreadsStopAsync(process.Id);
        await errors.WriteAsync("terminate called, last words\n"u8.ToArray());
        errors.Close();
        process.Kill();
        await process.WaitForExitAsync();
        Assert.Contains("\nterminate called, last words\n", Log, StringComparison.Ordinal);
    }

    /// <summary>The signal is delivered to one thread after the other.</summary>
    private static async Task AllThreadsStopAsync(int process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Directory.GetDirectories($"/proc/{process}/task").Any(
            task => !System.IO.File.ReadAllText($"{task}/status").Contains("State:\tT", StringComparison.Ordinal))
            && await timer.WaitForNextTickAsync())
        {
        }
    }

    private static Func<JsonElement, bool> Is(string type)
    {
        return line => line.GetProperty("type").GetString() == type;
    }

    private void Write(string sources, string? model = null, string more = "")
    {
        model ??= $"{{ config: {Golden.File("tiny.yaml")}, weights: {Golden.File("tiny.pkl")} }}";
        _folder.File("run.yaml", $"model: {model}\noutput: {{ folder: out }}\n{more}\nsources:\n{sources}\n");
    }

    private Process Start()
    {
        var process = CommandLine.Start([], "run", File);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.Append(line.Data).Append(line.Data is null ? "" : "\n");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>The whole lines of a source so far.</summary>
    private JsonElement[] Lines(string id)
    {
        var path = _folder.File($"out/{id}.jsonl");
        return !System.IO.File.Exists(path) ? [] :
        [
            .. System.IO.File.ReadAllText(path).Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement),
        ];
    }
}
