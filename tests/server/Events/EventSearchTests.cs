using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Tests.Events;

/// <summary>What a question finds.</summary>
public sealed class EventSearchTests : IAsyncLifetime
{
    private const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    private readonly EventFolder _folder = new();

    public ValueTask InitializeAsync()
    {
        _folder.Append(
            "all.events.jsonl",
            EventFolder.Line(0, "object_appeared", track: 7),
            EventFolder.Line(1, "zone_entered", zone: "parking lot", track: 7),
            EventFolder.Line(2, "line_crossed", line: "gate", category: "person", track: 70),
            EventFolder.Line(3, "zone_entered", source: "front door", zone: "café", category: "person", track: 8),
            EventFolder.Line(4, "source_lost", source: "front door", category: null),
            EventFolder.Line(5, "zone_left", source: "停车场", zone: "a\"b OR c", category: "truck"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        return _folder.DisposeAsync();
    }

    [Fact]
    public async Task Find_ByEachField_FindsWhatFits()
    {
        var from = _folder.Time.GetUtcNow();
        await AssertFindsAsync(new EventQuery { From = from.AddSeconds(2), To = from.AddSeconds(4) }, 3, 2);
        await AssertFindsAsync(new EventQuery { Sources = ["front door"] }, 4, 3);
        await AssertFindsAsync(new EventQuery { Sources = ["front door", "停车场"] }, 5, 4, 3);
        await AssertFindsAsync(new EventQuery { Places = ["gate"] }, 2);
        await AssertFindsAsync(new EventQuery { Places = ["gate", "café"], Categories = ["person"] }, 3, 2);
        await AssertFindsAsync(new EventQuery { Categories = ["truck"] }, 5);
        await AssertFindsAsync(new EventQuery { Kinds = ["zone_entered"] }, 3, 1);
        await AssertFindsAsync(new EventQuery { Kinds = ["zone_entered"], Sources = ["yard"], Text = "park" }, 1);
        await AssertFindsAsync(new EventQuery { Sources = ["nobody"] });
    }

    [Theory]
    [InlineData("car", 1, 0)]
    [InlineData("CAR", 1, 0)]
    [InlineData("pers", 3, 2)]
    [InlineData("cafe", 3)]
    [InlineData("front person", 3)]
    [InlineData("停车", 5)]
    [InlineData("7", 1, 0)]
    [InlineData("yard-0-2-0", 2)]
    [InlineData("yard-0-2", 2)]
    public async Task Find_Words_FindsEventsThatHaveAllOfThem(string text, params int[] numbers)
    {
        await AssertFindsAsync(new EventQuery { Text = text }, numbers);
    }

    [Theory]
    [InlineData("' OR 1=1 --")]
    [InlineData("'; DROP TABLE events; --")]
    [InlineData("\"")]
    [InlineData("\"\"\"")]
    [InlineData("a\"b OR c", 5)]
    [InlineData("car OR person")]
    [InlineData("car NOT person")]
    [InlineData("NEAR(car person)")]
    [InlineData("text:car")]
    [InlineData("{text}:car")]
    [InlineData("^car", 1, 0)]
    [InlineData("car*", 1, 0)]
    [InlineData("(((")]
    [InlineData("*")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("$1", 1)]
    [InlineData("car\0person")]
    [InlineData("\ud800")]
    public async Task Find_WhatIsALanguageToSqlite_IsTextLikeAnyOther(string text, params int[] numbers)
    {
        await AssertFindsAsync(new EventQuery { Text = text }, numbers);
        foreach (var query in new[]
        {
            new EventQuery { Sources = [text] }, new EventQuery { Places = [text] },
            new EventQuery { Categories = [text, text] }, new EventQuery { Kinds = [text] },
        })
        {
            await AssertFindsAsync(query, query.Places.Contains("a\"b OR c") ? [5] : []);
        }

        Assert.Equal(6, (await _folder.FindAsync()).Count);
    }

    [Fact]
    public async Task Find_PageByPageWhileEventsCome_ShowsEachOnce()
    {
        var first = await _folder.Index.FindAsync(new EventQuery { Limit = 3 }, CancellationToken.None);
        // A newer one, and an older one that is told late.
        _folder.Append("all.events.jsonl", EventFolder.Line(6), EventFolder.Line(7, atSecond: 1));
        await _folder.UpdateAsync();
        var second = await _folder.Index.FindAsync(new EventQuery { Limit = 3, Before = first.Next }, CancellationToken.None);
        var third = await _folder.Index.FindAsync(new EventQuery { Limit = 3, Before = second.Next }, CancellationToken.None);
        Assert.Equal(
            [5, 4, 3, 2, 7, 1, 0],
            first.Events.Concat(second.Events).Concat(third.Events).Select(item => EventFolder.NumberOf(item.Json)));
        Assert.Null(third.Next);
    }

    [Fact]
    public async Task Find_MoreEventsOfATimeThanAKeyHasRoomFor_AllAreFound()
    {
        var many = (int)EventKey.PerMoment + 50;
        _folder.Append(
            "many.events.jsonl", Enumerable.Range(100, many).Select(i => EventFolder.Line(i, "loitering", atSecond: 9)));
        Assert.Equal(many, (await _folder.NumbersAsync(new EventQuery { Kinds = ["loitering"] })).Distinct().Count());
    }

    [Fact]
    public async Task Find_EventAtTheTimeOfARemovedOne_HasItsOwnWordsAlone()
    {
        _folder.Append("old.events.jsonl", EventFolder.Line(9, category: "zebra"));
        await AssertFindsAsync(new EventQuery { Text = "zebra" }, 9);
        File.Delete(_folder.PathOf("old.events.jsonl"));
        await AssertFindsAsync(new EventQuery { Text = "zebra" });
        _folder.Append("new.events.jsonl", EventFolder.Line(9, category: "horse"));
        await AssertFindsAsync(new EventQuery { Text = "horse" }, 9);
        await AssertFindsAsync(new EventQuery { Text = "zebra" });
    }

    [Fact]
    public async Task Find_TakesTooLong_IsInterruptedAndSaysSo()
    {
        await using var index = new EventIndex(_folder.Path, _folder.Time, NullLogger.Instance);
        var asked = index.AskAsync(connection => connection.Number(Endless), CancellationToken.None);
        var error = await Assert.ThrowsAsync<EventIndexException>(() => _folder.PumpAsync(asked));
        Assert.Equal("The search took longer than 5 s; ask for a shorter time, one source or one class.", error.Message);
        Assert.Equal(6, (await _folder.FindAsync()).Count);
    }

    [Fact]
    public async Task Find_ClientLeaves_IsInterrupted()
    {
        using var left = new CancellationTokenSource();
        var asked = _folder.Index.AskAsync(connection => connection.Number(Endless), left.Token);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Interrupt_Connection_IsAsItWasAfterwards()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var ended = new CancellationTokenSource();
        using (connection.Interrupt(ended.Token))
        {
            var asked = Task.Run(() => connection.Number(Endless));
            await ended.CancelAsync();
            var error = await Assert.ThrowsAsync<SqliteException>(() => asked);
            Assert.Equal(SQLitePCL.raw.SQLITE_INTERRUPT, error.SqliteErrorCode);
        }

        Assert.Equal(7, connection.Number("SELECT 7"));
    }

    private async Task AssertFindsAsync(EventQuery query, params int[] numbers)
    {
        Assert.Equal(numbers, await _folder.NumbersAsync(query));
    }
}
