using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Tests.Events;

/// <summary>Whatever happens to files and index, the index says what the files say.</summary>
public sealed class EventIndexTests : IAsyncLifetime
{
    private readonly EventFolder _folder = new();

    public ValueTask InitializeAsync()
    {
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        return _folder.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Update_RandomFiles_AreWhatIsFound(int seed)
    {
        var files = new RandomFiles(_folder, new Random(seed));
        for (var round = 0; round < 40; round++)
        {
            var done = files.Change();
            if (round % 7 == 6)
            {
                await _folder.ReopenAsync();
            }

            await AssertIsWhatFilesSayAsync($"seed {seed}, round {round}: {done}");
        }
    }

    [Fact]
    public async Task Update_EndedInTheMiddle_GoesOnWhereItWas()
    {
        // More than is read at once, twice.
        for (var file = 0; file < 3; file++)
        {
            var source = $"s{file}";
            _folder.Append(
                $"{source}.events.jsonl", Enumerable.Range(0, 13_000).Select(i => EventFolder.Line(i, source: source, track: i)));
        }

        for (var i = 0; i < 4; i++)
        {
            await EndAfterAStepAsync();
        }

        await AssertIsWhatFilesSayAsync("ended");
        File.Delete(_folder.PathOf("s1.events.jsonl"));
        _folder.Time.Advance(TimeSpan.FromSeconds(1));
        await EndAfterAStepAsync();
        await AssertIsWhatFilesSayAsync("removal ended");
    }

    /// <summary>Begins an update and ends it as soon as it has changed something.</summary>
    private async Task EndAfterAStepAsync()
    {
        Task<long> CountAsync()
        {
            return _folder.Index.AskAsync(connection => connection.Number("SELECT count(*) FROM events"), CancellationToken.None);
        }

        var before = await CountAsync();
        var update = _folder.Index.UpdateAsync();
        while (!update.IsCompleted && await CountAsync() == before)
        {
        }

        await _folder.ReopenAsync();
        await update;
    }

    [Fact]
    public async Task Update_TornLine_Waits()
    {
        var line = EventFolder.Line(2);
        _folder.Append("yard.events.jsonl", EventFolder.Line(1), line[..40]);
        await AssertNumbersAsync(1);
        _folder.Append("yard.events.jsonl", line[40..^1]);
        await AssertNumbersAsync(1);
        _folder.Append("yard.events.jsonl", "\n");
        await AssertNumbersAsync(2, 1);
    }

    [Fact]
    public async Task Update_SegmentGetsItsName_ItsEventsAreNotNews()
    {
        _folder.Append("day/yard.events-20260131-120000.part.jsonl", EventFolder.Line(1));
        await _folder.UpdateAsync();
        var last = await _folder.Index.LastPlaceAsync(CancellationToken.None);
        var path = _folder.PathOf("day/yard.events-20260131-120000");
        File.Move($"{path}.part.jsonl", $"{path}.jsonl");
        _folder.Append("day/yard.events-20260131-130000.part.jsonl", EventFolder.Line(2));
        await _folder.UpdateAsync();
        var news = await _folder.Index.AfterAsync(last, 10, CancellationToken.None);
        Assert.Equal([2], news.Select(item => EventFolder.NumberOf(item.Json)));
    }

    [Fact]
    public async Task Update_FileIsRotatedAndBegunAnew_BothAreThere()
    {
        _folder.Append("yard.events.jsonl", EventFolder.Line(1), EventFolder.Line(2));
        await _folder.UpdateAsync();
        File.Move(_folder.PathOf("yard.events.jsonl"), _folder.PathOf("yard.events.1.jsonl"));
        _folder.Append("yard.events.jsonl", EventFolder.Line(3));
        await AssertNumbersAsync(3, 2, 1);
    }

    [Fact]
    public async Task Update_FileIsWrittenAnewAndLonger_OldEventsAreGone()
    {
        _folder.Append("yard.events.jsonl", EventFolder.Line(1), EventFolder.Line(2));
        await _folder.UpdateAsync();
        File.WriteAllText(
            _folder.PathOf("yard.events.jsonl"), string.Concat(Enumerable.Range(3, 5).Select(i => EventFolder.Line(i))));
        await AssertNumbersAsync(7, 6, 5, 4, 3);
    }

    [Fact]
    public async Task Update_FilesOfSomethingElse_AreLeftOut()
    {
        _folder.Append("yard.jsonl", """{"type":"frame","run_id":"r1"}""" + "\n", EventFolder.Line(1));
        _folder.Append("snapshots/yard.events.jsonl", EventFolder.Line(2));
        _folder.Append(".hidden/yard.events.jsonl", EventFolder.Line(3));
        _folder.Append("events/20260131/named-otherwise.jsonl", EventFolder.Line(4));
        _folder.Append("damaged.events.jsonl", "no JSON\n", "{\"type\":\"event\"}\n", "\n", EventFolder.Line(5), "\0\0\n");
        _folder.Append("long.events.jsonl", new string('x', 3 * LineChunk.MaxBytes), "\n", EventFolder.Line(6));
        Directory.CreateSymbolicLink(_folder.PathOf("loop"), _folder.Path);
        await AssertNumbersAsync(6, 5, 4);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("head")]
    [InlineData("middle")]
    [InlineData("version")]
    [InlineData("gone")]
    [InlineData("gone while open")]
    public async Task Database_OfNoUse_IsMadeAnew(string damage)
    {
        _folder.Append("yard.events.jsonl", Enumerable.Range(0, 300).Select(i => EventFolder.Line(i, zone: $"zone {i % 5}")));
        await _folder.UpdateAsync();
        if (damage != "gone while open")
        {
            await _folder.Index.DisposeAsync();
        }

        Damage(damage);
        if (damage != "gone while open")
        {
            await _folder.ReopenAsync();
        }

        await AssertIsWhatFilesSayAsync(damage);
        Assert.True(File.Exists(_folder.Database));
        Assert.Equal(60, (await _folder.FindAsync(new EventQuery { Text = "zone 3" })).Count);
    }

    [Fact]
    public async Task Find_FolderCannotBeWritten_SaysSo()
    {
        File.WriteAllText(_folder.PathOf("file"), "");
        await using var index = new EventIndex(
            _folder.PathOf("file/folder"), TimeProvider.System, NullLogger.Instance);
        var error = await Assert.ThrowsAsync<EventIndexException>(
            () => index.FindAsync(new EventQuery(), CancellationToken.None));
        Assert.StartsWith("The index of events, .streaming-events.db in the output folder, cannot be used: ", error.Message);
    }

    [Fact]
    public async Task Find_WhileFilesAreWritten_SeesEachEventOnce()
    {
        const int Events = 3000;
        using var isWritten = new CancellationTokenSource();
        await using var index = new EventIndex(_folder.Path, TimeProvider.System, NullLogger.Instance);
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < Events; i += 10)
            {
                _folder.Append($"s{i % 3}.events.jsonl", Enumerable.Range(i, 10).Select(n => EventFolder.Line(n)));
            }

            isWritten.Cancel();
        });
        async Task ReadAsync()
        {
            for (var found = 0; found < Events || !isWritten.IsCancellationRequested;)
            {
                var page = await index.FindAsync(new EventQuery { Limit = Events }, CancellationToken.None);
                int[] numbers = [.. page.Events.Select(item => EventFolder.NumberOf(item.Json))];
                Assert.Equal(numbers.OrderDescending(), numbers);
                Assert.InRange(numbers.Distinct().Count(), found, Events);
                found = numbers.Length;
                Assert.Equal(found, numbers.Distinct().Count());
            }
        }

        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(ReadAsync));
        await Task.WhenAll([writer, .. readers]).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, CancellationToken.None);
    }

    [Fact]
    public async Task Update_ByTwoProgramsAtOnce_EachEventIsThereOnce()
    {
        await using var other = new EventIndex(_folder.Path, _folder.Time, NullLogger.Instance);
        for (var round = 0; round < 20; round++)
        {
            _folder.Append("old.events.jsonl", Enumerable.Range(100 * round, 50).Select(i => EventFolder.Line(i)));
            _folder.Append($"new{round}.events.jsonl", Enumerable.Range((100 * round) + 50, 50).Select(i => EventFolder.Line(i)));
            _folder.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAll(_folder.Index.UpdateAsync(), other.UpdateAsync());
        }

        await AssertIsWhatFilesSayAsync("two programs");
    }

    private async Task AssertNumbersAsync(params int[] numbers)
    {
        Assert.Equal(numbers, await _folder.NumbersAsync(new EventQuery()));
    }

    private void Damage(string how)
    {
        switch (how)
        {
            case "empty":
                File.WriteAllText(_folder.Database, "");
                break;
            case "text":
                File.WriteAllText(_folder.Database, new string('x', 10_000));
                break;
            case "head" or "middle":
                using (var file = File.OpenWrite(_folder.Database))
                {
                    file.Seek(how == "head" ? 0 : 4096, SeekOrigin.Begin);
                    file.Write(Encoding.ASCII.GetBytes(new string('x', how == "head" ? 100 : (int)file.Length - 4096)));
                }

                break;
            case "version":
                using (var connection = new SqliteConnection($"Data Source={_folder.Database};Pooling=false"))
                {
                    connection.Open();
                    connection.Execute("DELETE FROM events");
                    connection.Execute("PRAGMA user_version = 99");
                }

                break;
            default:
                File.Delete(_folder.Database);
                break;
        }
    }

    private async Task AssertIsWhatFilesSayAsync(string when)
    {
        var found = await _folder.FindAsync(new EventQuery { Limit = 1000 });
        var expected = Directory.EnumerateFiles(_folder.Path, "*.jsonl", SearchOption.AllDirectories)
            .Where(path => File.ReadLines(path).FirstOrDefault("").StartsWith("""{"type":"event",""", StringComparison.Ordinal))
            .SelectMany(path => File.ReadAllText(path).Split('\n')[..^1])
            .Where(IsEvent)
            .ToList();
        Assert.True(
            expected.Order(StringComparer.Ordinal).SequenceEqual(found.Select(item => item.Json).Order(StringComparer.Ordinal)),
            $"{when}: {expected.Count} in the files, {found.Count} found");
        Assert.True(
            found.Select(item => At(item.Json)).SequenceEqual(expected.Select(At).OrderDescending()), $"{when}: not in order");
        var clips = expected.Where(line => line.Contains("clip_saved", StringComparison.Ordinal))
            .SelectMany(line => Members(line, "events").Select(id => (Id: id, Line: line)))
            .ToLookup(clip => clip.Id, clip => clip.Line);
        Assert.All(found, item =>
        {
            var ofEvent = clips[Members(item.Json, "id").Single()].ToList();
            Assert.True(
                ofEvent.Count == 0 ? item.ClipJson is null : ofEvent.Contains(item.ClipJson!), $"{when}: clip of {item.Json}");
        });
    }

    private static bool IsEvent(string line)
    {
        return EventLine.Parse(Encoding.UTF8.GetBytes(line)) is not null;
    }

    private static DateTimeOffset At(string json)
    {
        return DateTimeOffset.Parse(Members(json, "at").Single(), CultureInfo.InvariantCulture);
    }

    private static IReadOnlyList<string> Members(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        var member = document.RootElement.GetProperty(name);
        return member.ValueKind == JsonValueKind.Array
            ? [.. member.EnumerateArray().Select(id => id.GetString()!)] : [member.GetString()!];
    }
}
