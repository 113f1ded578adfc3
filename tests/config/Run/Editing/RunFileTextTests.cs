using System.Text.Json.Nodes;
using Streaming.Config.Run;
using Streaming.Config.Run.Editing;
using Streaming.Config.Settings;

namespace Streaming.Config.Tests.Run.Editing;

/// <summary>Sources in a run file's text as values, without secrets.</summary>
public sealed class RunFileTextTests
{
    private static readonly SettingsTable Table = RunSettings.Table([]);

    private readonly RunFileText _file = new("run.yaml", Table);

    [Theory]
    [InlineData("", "sources:\n  - id: a\n    input: usb:0\n")]
    [InlineData("# mine", "# mine\nsources:\n  - id: a\n    input: usb:0\n")]
    [InlineData("sources:\n", "sources:\n  - id: a\n    input: usb:0\n")]
    [InlineData("sources: [ ]\r\n", "sources:\r\n  - id: a\r\n    input: usb:0\r\n")]
    [InlineData("verbose: true\n", "verbose: true\nsources:\n  - id: a\n    input: usb:0\n")]
    [InlineData("sources: [{ input: x }]\n", "sources: [{ input: x }, { id: a, input: \"usb:0\" }]\n")]
    [InlineData("sources:\n- {input: x}\n", "sources:\n- {input: x}\n- { id: a, input: \"usb:0\" }\n")]
    [InlineData("{ }\n", "{ sources: [{ id: a, input: \"usb:0\" }] }\n")]
    public void Add_ToAnyFile_StandsAtTheEnd(string text, string expected)
    {
        Assert.Equal(expected, _file.Add(text, new JsonObject { ["id"] = "a", ["input"] = "usb:0" }));
    }

    [Fact]
    public void Change_OneZone_LeavesItsNeighboursTheirComments()
    {
        const string Text = """
            sources:
              # the yard
              - id: yard
                input: usb:0
                zones:
                  # north
                  - name: n   # first
                    polygon: [[0, 0], [1, 0], [1, 1]]
                  - { name: s, polygon: [[0, 0], [1, 0], [1, 1]] } # second
                  - name: w
                    polygon: [[0, 0], [1, 0], [1, 1]]
            """;
        var settings = _file.Read(Text, 0);
        var zones = settings["zones"]!.AsArray();
        zones[1]!["polygon"]![0]![0] = 0.25;
        zones.RemoveAt(2);
        zones.RemoveAt(0);
        zones.Add(new JsonObject { ["name"] = "e", ["polygon"] = new JsonArray(new JsonArray(0, 0.5), new JsonArray(1, 1)) });
        settings["max_fps"] = 5;
        Assert.Equal(
            """
            sources:
              # the yard
              - id: yard
                input: usb:0
                zones:
                  - { name: s, polygon: [[0.25, 0], [1, 0], [1, 1]] } # second
                  - name: e
                    polygon: [[0, 0.5], [1, 1]]
                max_fps: 5
            """,
            _file.Change(Text, 0, settings));
    }

    [Theory]
    [InlineData("a$b")]
    [InlineData("a$$b")]
    [InlineData("${HOME}")]
    [InlineData("$${HOME}$")]
    public void Change_TextWithDollarSigns_IsReadAsItIs(string trust)
    {
        var text = _file.Add("", new JsonObject { ["input"] = "usb:0", ["id"] = trust });
        var source = new RunFile(Table, _ => "of the environment").Parse(text, "run.yaml").Sources[0];
        Assert.Equal(trust, source.Get(SourceSettings.Id));
        Assert.Equal(text, _file.Change(text, 0, _file.Read(text, 0)));
    }

    [Fact]
    public void Read_Secrets_AreHiddenAndStayWhenTheyComeBack()
    {
        const string Text = """
            sources:
              - { id: a, input: "rtsp://joe:s3cr3t@cam/1?key=s3cr3t", user: u, password: s3cr3t } # p
              - { id: b, input: "rtsp://${U}:${P}@cam/2", password: "${P}", max_fps: 1 }
              - { id: c, input: "rtsp://x:${P}@cam/3", password: 1234 }
              - { id: d, input: "synthetic://street?seed=1", password: "a$$b" }
            """;
        var all = Enumerable.Range(0, 4).Select(i => _file.Read(Text, i)).ToList();
        Assert.Equal("rtsp://********@cam/1?********", (string?)all[0]["input"]);
        Assert.Equal("rtsp://${U}:${P}@cam/2", (string?)all[1]["input"]);
        Assert.Equal("rtsp://********@cam/3", (string?)all[2]["input"]);
        Assert.Equal("synthetic://street?seed=1", (string?)all[3]["input"]);
        Assert.Equal(["********", "${P}", "********", "********"], all.Select(item => (string?)item["password"]));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Text, _file.Change(Text, i, all[i]));
        }

        // Another path on the same host keeps them; so do references.
        all[0]["input"] = "rtsp://********@cam/other?********";
        all[1]["input"] = "rtsp://${U}:${P}@cam/other";
        all[2]["input"] = "rtsp://********@cam/$other";
        var changed = Enumerable.Range(0, 3).Aggregate(Text, (text, i) => _file.Change(text, i, all[i]));
        Assert.Contains("\"rtsp://joe:s3cr3t@cam/other?key=s3cr3t\"", changed, StringComparison.Ordinal);
        Assert.Contains("\"rtsp://${U}:${P}@cam/other\"", changed, StringComparison.Ordinal);
        Assert.Contains("\"rtsp://x:${P}@cam/$$other\"", changed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("input", "rtsp://********@other.lan/1")]
    [InlineData("input", "rtsp://********@cam.other.lan/1")]
    [InlineData("user", "********")]
    public void Change_SecretThatIsNotThere_IsRefused(string key, string value)
    {
        const string Text = "sources:\n  - { id: a, input: \"rtsp://joe:s3cr3t@cam/1\" }\n";
        var settings = _file.Read(Text, 0);
        settings[key] = value;
        var error = Assert.Throws<ConfigurationException>(() => _file.Change(Text, 0, settings));
        Assert.StartsWith(
            $"{key}: ******** stands for a secret that is not in run.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hide_AWholeFile_ShowsNoSecretAndRestoreGivesThemBack()
    {
        const string Text = """
            # password: "s3cr3t,1" of old, token=s3cr3t
            metrics: { token: s3cr3t }   # see https://docs.lan/metrics
            defaults:
              password: &pw >-
                s3cr3t
            sources:
              - id: a
                input: rtsp://joe:s3cr3t@cam/1
                password: 's3cr3t'   # password: s3cr3t
              # - { id: old, input: rtsp://joe:s3@cr3t@old/1, max_fps: 5 }
              - { id: b, input: "http://cam/b?auth=s3cr3t", password: *pw }
              - { id: c, input: usb:1, password: "${P}" }
            """;
        var hidden = _file.Hide(Text);
        Assert.DoesNotContain("cr3t", hidden, StringComparison.Ordinal);
        Assert.Contains("https://docs.lan/metrics", hidden, StringComparison.Ordinal);
        Assert.Contains("password: \"${P}\"", hidden, StringComparison.Ordinal);
        Assert.Equal(Text, _file.Restore(hidden, Text));

        // The first source goes, another one comes before the rest, and a comment is changed.
        var lines = hidden.Split('\n').ToList();
        var first = lines.IndexOf("  - id: a");
        lines.RemoveRange(first, 3);
        lines.Insert(first, "  - { id: z, input: \"usb:9\" } # new");
        var restored = _file.Restore(string.Join('\n', lines), Text);
        Assert.DoesNotContain("********", restored, StringComparison.Ordinal);
        Assert.Contains("\"http://cam/b?auth=s3cr3t\"", restored, StringComparison.Ordinal);
        Assert.Contains("# - { id: old, input: rtsp://joe:s3@cr3t@old/1, max_fps: 5 }", restored, StringComparison.Ordinal);
    }

    [Fact]
    public void Hide_ATextThatIsNoYaml_ShowsNoSecret()
    {
        var hidden = _file.Hide("sources: [\n  { password: s3cr3t, input: rtsp://a:s3cr3t@b }\n\tx: 'y");
        Assert.DoesNotContain("s3cr3t", hidden, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_SecretOfAnotherSource_IsRefusedWithItsLine()
    {
        const string Text = "sources:\n  - { id: a, input: usb:0, password: s3cr3t }\n";
        var moved = _file.Hide(Text).Replace("id: a", "id: b", StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => _file.Restore(moved, Text));
        Assert.StartsWith("run.yaml:2: sources[b].password: ********", error.Message, StringComparison.Ordinal);
    }
}
