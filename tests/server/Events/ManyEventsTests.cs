using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Tests.Events;

/// <summary>A million events of sixteen cameras: how long the index takes, for the reader of the test's output.</summary>
public sealed class ManyEventsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Events = 1_000_000;
    private const int Sources = 16;

    private static readonly string[] Kinds = ["object_appeared", "zone_entered", "zone_left", "line_crossed", "object_left"];
    private static readonly string[] Classes = ["person", "car", "truck", "bicycle"];
    private readonly EventFolder _folder = new();

    public ValueTask InitializeAsync()
    {
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        return _folder.DisposeAsync();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Index_AMillionEvents_TakesNoMemoryAndAnswersInTime()
    {
        var random = new Random(1);
        for (var source = 0; source < Sources; source++)
        {
            var id = $"cam{source}";
            _folder.Append($"{id}.events.jsonl", Enumerable.Range(0, Events / Sources).Select(i =>
                EventFolder.Line(
                    i, Kinds[i % 5], id, zone: i % 5 is 1 or 2 ? $"zone {i % 3}" : null, line: i % 5 == 3 ? "gate" : null,
                    category: Classes[random.Next(4)], track: i / 5, more: ",\"score\":0.98,\"bbox\":[812.1,401.2,130.5,88.9]")));
        }

        await using var index = new EventIndex(_folder.Path, TimeProvider.System, NullLogger.Instance);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        await index.UpdateAsync();
        output.WriteLine($"made in {clock.Elapsed.TotalSeconds:F1} s");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 << 20);
        output.WriteLine($"files {Size("*.jsonl")} MB, index {Size(".streaming-events.db*")} MB");
        _folder.Append("cam3.events.jsonl", EventFolder.Line(Events, source: "cam3", zone: "rare"));
        await _folder.UpdateAsync();
        var noon = _folder.Time.GetUtcNow();
        foreach (var (name, query) in new (string, EventQuery)[]
        {
            ("newest", new EventQuery()),
            ("in the middle", new EventQuery { To = noon.AddSeconds(30_000) }),
            ("source", new EventQuery { Sources = ["cam7"] }),
            ("source, class, kind", new EventQuery { Sources = ["cam7"], Categories = ["truck"], Kinds = ["line_crossed"] }),
            ("three sources", new EventQuery { Sources = ["cam1", "cam2", "cam3"], Categories = ["car"] }),
            ("zone", new EventQuery { Places = ["zone 2"], Kinds = ["zone_left"] }),
            ("rare zone", new EventQuery { Places = ["rare"] }),
            ("zone of another source, none", new EventQuery { Places = ["rare"], Sources = ["cam5"] }),
            ("no such class of a source, none", new EventQuery { Sources = ["cam5"], Categories = ["zebra"] }),
            ("class and kind that never meet, none", new EventQuery { Places = ["gate"], Kinds = ["zone_left"] }),
            ("word of a quarter", new EventQuery { Text = "car" }),
            ("beginning of words of all", new EventQuery { Text = "c" }),
            ("rare word", new EventQuery { Text = "rare" }),
            ("track and source", new EventQuery { Text = "cam9 777" }),
            ("words that never meet, none", new EventQuery { Text = "gate zone" }),
            ("id", new EventQuery { Text = "cam9-0-40000-0" }),
        })
        {
            clock.Restart();
            var page = await index.FindAsync(query, CancellationToken.None);
            var first = clock.Elapsed;
            clock.Restart();
            Assert.Equal(page.Next, (await index.FindAsync(query, CancellationToken.None)).Next);
            output.WriteLine($"{name}: {page.Events.Count} in {first.TotalMilliseconds:F0} ms, "
                + $"again in {clock.Elapsed.TotalMilliseconds:F0} ms");
            Assert.Equal(name.EndsWith("none", StringComparison.Ordinal), page.Events.Count == 0);
        }

        File.Delete(_folder.PathOf("cam0.events.jsonl"));
        clock.Restart();
        await _folder.UpdateAsync();
        output.WriteLine($"{Events / Sources} removed in {clock.Elapsed.TotalSeconds:F1} s");
    }

    private long Size(string pattern)
    {
        return new DirectoryInfo(_folder.Path).GetFiles(pattern).Sum(file => file.Length) >> 20;
    }
}
