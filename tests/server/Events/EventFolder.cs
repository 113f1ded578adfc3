using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Tests.Events;

/// <summary>An output folder with files of events, and its index.</summary>
internal sealed class EventFolder : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public EventFolder()
    {
        Index = Open();
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public EventIndex Index { get; private set; }

    public string Path => _folder.Path;

    public string Database => PathOf(EventIndex.FileName);

    public string PathOf(string name)
    {
        return System.IO.Path.Combine(Path, name);
    }

    /// <summary>A line of events/1.</summary>
    public static string Line(
        int number, string kind = "object_appeared", string source = "yard", string? zone = null, string? line = null,
        string? category = "car", long? track = null, string run = "r1", int atSecond = -1, string? more = null)
    {
        var time = Start.AddSeconds(atSecond < 0 ? number : atSecond);
        var at = time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        static string Member(string name, string? value)
        {
            return value is null ? "" : $",\"{name}\":{JsonSerializer.Serialize(value)}";
        }

        return $"{{\"type\":\"event\",\"run_id\":\"{run}\"{Member("source_id", source)}{Member("id", $"{source}-0-{number}-0")}"
            + $"{Member("event", kind)},\"epoch\":0,\"pts_ns\":{number * 1_000_000_000L},\"at\":\"{at}\"{Member("zone", zone)}"
            + $"{Member("line", line)}{(track is { } id ? $",\"track_id\":{id}" : "")}{Member("category", category)}{more}}}\n";
    }

    public void Append(string name, params IEnumerable<string> lines)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(name))!);
        File.AppendAllText(PathOf(name), string.Concat(lines));
    }

    public async Task UpdateAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await Index.UpdateAsync();
    }

    /// <summary>All events, page by page.</summary>
    public async Task<IReadOnlyList<StoredEvent>> FindAsync(EventQuery? query = null)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        List<StoredEvent> all = [];
        query ??= new EventQuery { Limit = 7 };
        while (true)
        {
            var page = await Index.FindAsync(query, CancellationToken.None);
            Assert.True(page.Events.Count <= query.Limit);
            all.AddRange(page.Events);
            if (page.Next is not { } next)
            {
                return all;
            }

            query = query with { Before = next };
        }
    }

    /// <summary>The numbers of the events that a query finds, in the order in which it finds them.</summary>
    public async Task<int[]> NumbersAsync(EventQuery query)
    {
        return [.. (await FindAsync(query)).Select(item => NumberOf(item.Json))];
    }

    public static int NumberOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        return int.Parse(document.RootElement.GetProperty("id").GetString()!.Split('-')[^2], CultureInfo.InvariantCulture);
    }

    /// <summary>Lets time pass until something has happened; a minute by the real clock at most.</summary>
    public async Task<T> PumpAsync<T>(Task<T> task)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!task.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None));
        }

        return await task;
    }

    /// <summary>What a program that is started again sees.</summary>
    public async Task ReopenAsync()
    {
        await Index.DisposeAsync();
        Index = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _folder.Dispose();
    }

    private EventIndex Open()
    {
        // Tests let much time pass at once.
        return new EventIndex(Path, Time, NullLogger.Instance) { TimeLimit = Timeout.InfiniteTimeSpan };
    }
}
