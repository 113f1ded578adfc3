using System.Net;
using System.Text.Json;
using Streaming.Server.Events;

namespace Streaming.Server.Tests.Events;

/// <summary>/api/v1/events and /api/v1/events.csv.</summary>
public sealed class EventsEndpointTests : IAsyncLifetime
{
    private readonly EventFolder _folder = new();
    private EndpointHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await EndpointHost.StartAsync(new EventsEndpoint(_folder.Index));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Fact]
    public async Task Events_AreTheirLinesWithWherePicturesAndClipsAre()
    {
        _folder.Append(
            "yard.events.jsonl",
            EventFolder.Line(1, more: ""","snapshot":"snapshots/yard/1.jpg" """),
            EventFolder.Line(2, more: ""","snapshot":"snapshots/yard/gone.jpg","bbox":[1.5,2,3,4]"""),
            EventFolder.Line(3, run: "r2"),
            EventFolder.Line(
                0, "clip_saved", category: null, atSecond: 0,
                more: ""","clip":"clips/yard a/1 ü.mp4","events":["yard-0-1-0","yard-0-2-0","yard-0-3-0"]"""));
        _folder.Append("snapshots/yard/1.jpg", "jpg");
        _folder.Append("snapshots/yard/1-drawn.jpg", "jpg");
        _folder.Append("clips/yard a/1 ü.mp4", "mp4");
        var answer = await _host.Http.GetAsync("/api/v1/events");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("next").ValueKind);
        const string Clip = "/api/v1/files/clips/yard%20a/1%20%C3%BC.mp4";
        const string Snapshots = "/api/v1/files/snapshots/yard/";
        Assert.Equal(
            [
                ("yard-0-3-0", null, null, null, null),
                ("yard-0-2-0", null, null, Clip, "2"),
                ("yard-0-1-0", $"{Snapshots}1.jpg", $"{Snapshots}1-drawn.jpg", Clip, "1"),
                ("yard-0-0-0", null, null, Clip, "0"),
            ],
            json.RootElement.GetProperty("events").EnumerateArray().Select(item => (
                Text(item, "id"), Text(item, "snapshot_url"), Text(item, "drawn_url"), Text(item, "clip_url"),
                Text(item, "clip_offset_s"))));
        var second = json.RootElement.GetProperty("events")[1].GetRawText();
        Assert.StartsWith(EventFolder.Line(2)[..^2], second, StringComparison.Ordinal);
        Assert.Contains(""","bbox":[1.5,2,3,4],""", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_Cursor_GoesThroughAll()
    {
        _folder.Append(
            "yard.events.jsonl", Enumerable.Range(0, 25).Select(i => EventFolder.Line(i, zone: i % 2 == 0 ? "a" : null)));
        List<string?> ids = [];
        for (string? next = ""; next is not null;)
        {
            using var json = JsonDocument.Parse(await _host.Http.GetStringAsync($"/api/v1/events?zone=a&limit=5&before={next}"));
            ids.AddRange(json.RootElement.GetProperty("events").EnumerateArray().Select(item => Text(item, "id")));
            next = Text(json.RootElement, "next");
        }

        Assert.Equal(Enumerable.Range(0, 13).Select(i => $"yard-0-{24 - (2 * i)}-0"), ids);
    }

    [Theory]
    [InlineData("from=yesterday", "from: 'yesterday' is not a time; write it in UTC, as in 2026-01-31T12:00:00Z.")]
    [InlineData("limit=0", "limit: '0' is not a whole number from 1 to 1000.")]
    [InlineData("limit=9e9", "limit: '9e9' is not a whole number from 1 to 1000.")]
    [InlineData("before=x", "before: 'x' is not the 'next' of an earlier answer; leave it out to begin with the newest event.")]
    public async Task Events_QuestionIsWrong_SaysWhatAndWhatIsAllowed(string query, string detail)
    {
        foreach (var path in new[] { "events", "events.csv" })
        {
            var answer = await _host.Http.GetAsync($"/api/v1/{path}?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(detail, Text(json.RootElement, "detail"));
        }
    }

    [Fact]
    public async Task Events_SeveralThingsAreWrong_SaysAll()
    {
        var answer = await _host.Http.GetAsync($"/api/v1/events?event=left&event=zone_left&to=x&text={new string('x', 201)}");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Collection(
            json.RootElement.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!),
            error => Assert.Equal("text: has 201 characters; at most 200 are looked for.", error),
            error => Assert.StartsWith("event: 'left' is not known; there are object_appeared, ", error),
            error => Assert.StartsWith("to: 'x' is not a time; ", error));
    }

    [Fact]
    public async Task Csv_HasAllEventsAndNoFormulas()
    {
        _folder.Append(
            "yard.events.jsonl",
            EventFolder.Line(1, "line_crossed", line: "=HYPERLINK(\"http://x\")", category: "@SUM", track: 3),
            EventFolder.Line(2, "zone_entered", zone: "a,b\n\"c\"", category: "+1", more: ""","bbox":[1.5,2,3,4],"score":0.98"""),
            EventFolder.Line(3, "zone_left", zone: "-2", category: "\tx", more: ""","dwell_s":12.4,"cause":"lost" """),
            EventFolder.Line(
                4, "clip_saved", category: null, more: ""","clip":"clips/1.mp4","events":["yard-0-2-0","yard-0-3-0"]"""));
        var answer = await _host.Http.GetAsync("/api/v1/events.csv");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        string[] expected =
        [
            "source_id,run_id,id,event,epoch,pts_ns,at,cause,zone,line,direction,count,dwell_s,track_id,category_id,category,"
                + "score,x,y,box_width,box_height,snapshot,clip,events",
            $"{Start(4, "clip_saved")},,,,,,,,,,,,,,,,clips/1.mp4,yard-0-2-0 yard-0-3-0",
            $"{Start(3, "zone_left")},lost,'-2,,,,12.4,,,'\tx,,,,,,,clips/1.mp4,",
            $"{Start(2, "zone_entered")},,\"a,b\n\"\"c\"\"\",,,,,,,'+1,0.98,1.5,2,3,4,,clips/1.mp4,",
            $"{Start(1, "line_crossed")},,,\"'=HYPERLINK(\"\"http://x\"\")\",,,,3,,'@SUM,,,,,,,,",
            "",
        ];
        Assert.Equal(string.Join("\r\n", expected), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Csv_OfMoreThanAPage_HasAllOfThem()
    {
        _folder.Append("yard.events.jsonl", Enumerable.Range(0, 2500).Select(i => EventFolder.Line(i)));
        await _folder.UpdateAsync();
        var all = await _host.Http.GetStringAsync("/api/v1/events.csv");
        Assert.Equal(2500, all.Split("\r\n")[1..^1].Distinct().Count());
        var some = await _host.Http.GetStringAsync("/api/v1/events.csv?limit=7&class=car");
        Assert.Equal(7, some.Split("\r\n")[1..^1].Length);
    }

    private static string Start(int number, string kind)
    {
        return $"yard,r1,yard-0-{number}-0,{kind},0,{number}000000000,2026-01-31T12:00:0{number}.000000Z";
    }

    private static string? Text(JsonElement json, string name)
    {
        var member = json.GetProperty(name);
        return member.ValueKind == JsonValueKind.Null ? null : member.ToString();
    }
}
