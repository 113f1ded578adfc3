using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.EndToEnd.Tests;

/// <summary>Eight cameras, the decoder of one of which dies again and again: the others do not notice.</summary>
public sealed class DecoderDeathTests(ITestOutputHelper output)
{
    private const int Healthy = 7;

    [Fact]
    public Task Decoder_DiesInEveryWay_CostsItsSourceAReconnect()
    {
        return RunAsync(deaths: 3);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public Task Decoder_DiesHundredTimesInEveryWay_CostsItsSourceAReconnect()
    {
        return RunAsync(deaths: 100);
    }

    private async Task RunAsync(int deaths)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        using var server = new RtspServerProcess([.. Enumerable.Range(0, Healthy + 1).Select(i => $"c{i}:160x120@10")]);
        using var pool = new PixelPool();
        using var detector = new FakeDetector();
        var options = new PipelineOptions { MaxSources = 16 };
        var watcher = new Deaths();
        await using (var pipeline = new VideoPipeline([detector], [new Category(1, "thing")], options))
        {
            var healthy = new List<SourceHandle>();
            for (var i = 0; i < Healthy; i++)
            {
                healthy.Add(await pipeline.AddAsync(Job($"c{i}", server.Url($"c{i}"), pool, _ => { })));
            }

            var others = Children();
            Assert.Equal(Healthy, others.Count);
            var (files, threads) = (0, 0);
            foreach (var kind in new[] { "fault", "KILL", "STOP" })
            {
                var location = kind == "fault" ? $"crash@3:{server.Url("c7")}" : server.Url("c7");
                watcher.Reset();
                var ill = await pipeline.AddAsync(Job("ill", location, pool, watcher.Noticed));
                for (var death = 0; death < deaths; death++)
                {
                    if (kind == "fault")
                    {
                        await watcher.Reconnected.WaitAsync();
                        continue;
                    }

                    var victim = await FindAsync(others);
                    watcher.Died();
                    Signal(victim, kind);
                    await watcher.Reconnected.WaitAsync();
                }

                await pipeline.RemoveAsync("ill");
                Check(ill.Status);
                output.WriteLine($"{kind}: {deaths} deaths; back after (ms) {watcher.Describe()}");
                Assert.Equal(Healthy, Children().Count);
                (files, threads) = Compare(files, threads);
            }

            Assert.Equal(others, Children());
            Assert.All(healthy, source => Assert.Equal(SourceState.Running, source.Status.State));
            await pipeline.StopAsync();
            Assert.All(healthy, source => Check(source.Status));
        }

        Assert.Empty(Children());
        Assert.Equal((0, 0), (pool.Live, SharedMemory.Live));
    }

    /// <summary>Descriptors and threads may settle once, and not grow from one series of deaths to the next.</summary>
    private (int Files, int Threads) Compare(int files, int threads)
    {
        using var process = Process.GetCurrentProcess();
        var now = (Directory.GetFiles("/proc/self/fd").Length, process.Threads.Count);
        output.WriteLine($"descriptors {now.Item1}, threads {now.Item2}, resident {process.WorkingSet64 >> 20} MiB");
        Assert.True(files == 0 || now.Item1 < files + 10, $"{files} descriptors became {now.Item1}");
        Assert.True(threads == 0 || now.Item2 < threads + 10, $"{threads} threads became {now.Item2}");
        return now;
    }

    private static void Check(SourceStatus status)
    {
        // The pipeline holds each source to the law of conservation; here nothing but dropping was allowed.
        Assert.Null(status.Counts.Error);
        Assert.Empty(status.Counts.Failed);
        Assert.True(status.Counts.Emitted > 0);
    }

    private static SourceJob Job(string id, string location, PixelPool pool, Action<SourceEvent> noticed)
    {
        var command = new DecoderCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "test-decoder.dll")]);
        var sources = new FrameSources([NetworkSource.Kind with { Matches = _ => true }])
        {
            Decoder = command,
            Reconnect = new ReconnectOptions { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) },
        };
        return new SourceJob(
            id,
            (report, cancellation) =>
            {
                var context = new SourceContext(id, pool, TimeProvider.System)
                {
                    Report = sourceEvent =>
                    {
                        report(sourceEvent);
                        noticed(sourceEvent);
                    },
                };
                return sources.Open(new SourceConfig { Id = id, Input = location }, context, 0, cancellation);
            },
            _ => [new Output("none", () => new NoSink())],
            FullMode.DropOldest);
    }

    private static async Task<int> FindAsync(IReadOnlySet<int> others)
    {
        while (true)
        {
            if (Children().Except(others).ToArray() is [var one])
            {
                return one;
            }

            await Task.Yield();
        }
    }

    /// <summary>The decoder processes of this process.</summary>
    private static HashSet<int> Children()
    {
        var found = new HashSet<int>();
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            foreach (var child in Read($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Read($"/proc/{child}/cmdline").Contains("test-decoder", StringComparison.Ordinal))
                {
                    found.Add(int.Parse(child, CultureInfo.InvariantCulture));
                }
            }
        }

        return found;
    }

    /// <summary>Nothing when the thread or process has ended meanwhile.</summary>
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>How long the source was away each time.</summary>
    private sealed class Deaths
    {
        private readonly ConcurrentBag<double> _gaps = [];
        private long _since;

        public SemaphoreSlim Reconnected { get; private set; } = new(0);

        public void Reset()
        {
            _gaps.Clear();
            Reconnected = new SemaphoreSlim(0);
        }

        public void Died()
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        }

        public void Noticed(SourceEvent sourceEvent)
        {
            if (sourceEvent.Kind == SourceEventKind.Disconnected && Volatile.Read(ref _since) == 0)
            {
                Died();
            }
            else if (sourceEvent.Kind == SourceEventKind.Reconnected)
            {
                _gaps.Add(Stopwatch.GetElapsedTime(Interlocked.Exchange(ref _since, 0)).TotalMilliseconds);
                Reconnected.Release();
            }
        }

        public string Describe()
        {
            double[] sorted = [.. _gaps.Order()];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {sorted[sorted.Length / 2]:0}, p99 {sorted[(int)((sorted.Length - 1) * 0.99)]:0}, most {sorted[^1]:0}");
        }
    }

    private sealed class NoSink : IFrameSink
    {
        public string Target => "nowhere";

        public void Write(OutputFrame frame)
        {
            // Nothing is written.
        }

        public void Complete(StreamSummary summary)
        {
            // Nothing is written.
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }
}
