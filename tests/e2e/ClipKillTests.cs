using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Streaming.EndToEnd.Tests;

/// <summary>
/// The program is killed (SIGKILL) while it records clips of a camera: no line ever names a file that is not there, and the next
/// start keeps what can be played of the clip that was cut off.
/// </summary>
public sealed partial class ClipKillTests : IDisposable
{
    private const string Part = ".part.mp4";
    private const string Recovered = ".recovered.mp4";

    private readonly TempFolder _folder = new();

    private string Output => _folder.File("out");

    private string Clips => Path.Combine(Output, "clips", "cam");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(40, Traits = ["Category", "Slow"])]
    public async Task Run_KilledWhileItRecords_KeepsWholeClipsAndWhatCanBePlayedOfTheLast(int kills)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        using var server = new RtspServer();
        server.Add("cam", 160, 120, 25);
        var file = RunFile(server.Url("cam"));
        var random = new Random(kills);
        var whole = new Dictionary<string, string>();
        var cut = new Dictionary<string, int>();
        for (var kill = 0; kill < kills; kill++)
        {
            using var process = CommandLine.Start([], "run", file);
            var log = process.StandardError.ReadToEndAsync();
            var clips = whole.Count + random.Next(2);
            var told = Told();
            // When there is the beginning of a clip, a second or two of it; when an event was told just now, or a whole clip.
            Func<bool> isMoment = (kill % 5) switch
            {
                0 => () => IsThere(0),
                1 => () => IsThere(1_000),
                2 => () => IsThere(15_000),
                3 => () => Told().Events > told.Events,
                _ => () => Told().Clips > told.Clips,
            };
            await process.ExpectAsync(log, () => WholeClips().Length >= clips && isMoment());
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            CheckNames();
            CheckWhole(whole);
            foreach (var path in Files(Part))
            {
                cut.Add(NameOf(path), Mp4.WholeFrames(path));
            }
        }

        bool IsThere(int bytes)
        {
            return Files(Part).Any(path => !cut.ContainsKey(NameOf(path)) && new FileInfo(path).Length > bytes);
        }

        using (var process = CommandLine.Start([], "run", file))
        {
            var log = process.StandardError.ReadToEndAsync();
            await process.ExpectAsync(log, () => WholeClips().Length > whole.Count);
            await process.SignalAsync("TERM");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await log);
        }

        CheckNames();
        CheckWhole(whole);
        Assert.Empty(Files(Part));
        var playable = cut.Where(clip => clip.Value > 0).Select(clip => clip.Key).ToHashSet();
        Assert.NotEmpty(playable);
        Assert.Superset(playable, Files(Recovered).Select(NameOf).ToHashSet());
        // What has no frame yet cannot be played, and is gone.
        Assert.All(
            Files(Recovered), path => Assert.InRange(CountFrames(path), Math.Max(cut[NameOf(path)], 1), int.MaxValue));
    }

    /// <summary>How many frames GStreamer decodes.</summary>
    private static int CountFrames(string path)
    {
        var packets = Mp4.Packets(path);
        Assert.Equal(packets.Count, Mp4.Decode(path).Count);
        return packets.Count;
    }

    private static string NameOf(string path)
    {
        return Path.GetFileName(path).Split('.')[0];
    }

    /// <summary>How many events were told, and how many clips.</summary>
    private (int Events, int Clips) Told()
    {
        var lines = EventLine.ReadAll(Path.Combine(Output, "cam.events.jsonl"));
        return (lines.Length, lines.Count(line => line.Event == "clip_saved"));
    }

    /// <summary>Lines of events and frames name pictures and clips that are there.</summary>
    private void CheckNames()
    {
        foreach (var lines in new[] { "cam.events.jsonl", "cam.jsonl" })
        {
            var names = FileName().Matches(File.ReadAllText(Path.Combine(Output, lines)));
            Assert.All(names, name => Assert.True(File.Exists(Path.Combine(Output, name.Groups["file"].Value)), name.Value));
        }
    }

    /// <summary>Clips that were whole stay as they are, and new ones can be played to their end.</summary>
    private void CheckWhole(Dictionary<string, string> whole)
    {
        Assert.Superset(whole.Keys.ToHashSet(), WholeClips().ToHashSet());
        foreach (var path in WholeClips())
        {
            var content = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
            if (whole.TryAdd(path, content))
            {
                Assert.InRange(CountFrames(path), 1, int.MaxValue);
            }

            Assert.Equal(whole[path], content);
        }
    }

    private string[] WholeClips()
    {
        return [.. Files(".mp4").Except([.. Files(Part), .. Files(Recovered)])];
    }

    private string[] Files(string extension)
    {
        return Directory.Exists(Clips) ? Directory.GetFiles(Clips, $"*{extension}") : [];
    }

    private string RunFile(string camera)
    {
        return _folder.File("run.yaml", $$"""
            model: { config: '{{Golden.File("tiny.yaml")}}', weights: '{{Golden.File("tiny.pkl")}}', devices: cpu }
            output:
              folder: '{{Output}}'
              existing: resume
              events: true
              snapshots: true
              snapshot_pictures: [crop]
              clips: true
              clip_before_s: 0.5
              clip_after_s: 0.5
              clip_max_s: 2
            # Ten objects or so, that come and go.
            sources: [{ id: cam, input: '{{camera}}', track: bytetrack, score: 0.98 }]
            """);
    }

    [GeneratedRegex("\"(?:snapshot|clip)\":\"(?<file>[^\"]+)\"")]
    private static partial Regex FileName();
}
