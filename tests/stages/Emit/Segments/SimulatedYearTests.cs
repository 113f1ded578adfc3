using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Tests.Emit.Segments;

/// <summary>
/// Eight cameras record into hourly segments on a small disk, for a year of a clock that is set back and forward; with real
/// files, restarts and shortages of space. Nothing is lost but what retention takes, and that is the oldest.
/// </summary>
public sealed class SimulatedYearTests : IDisposable
{
    private const int Cameras = 8;
    private const int KeptDays = 7;
    private const long MaxBytes = 6000;
    private const long MinFree = 50_000;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(20);

    // In memory where the machine has such a folder: a year has 200,000 fsyncs.
    private readonly string _folder = Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/streaming-test-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("streaming-test-").FullName;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 7, 0, TimeSpan.Zero));
    private readonly Dictionary<string, long> _removed = [];
    private long? _shortage;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(365, Traits = ["Category", "Slow"])]
    public void Recording_ForDays_LosesNothingButWhatRetentionTakes(int days)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        _time.SetLocalTimeZone(zone);
        var random = new Random(days);
        var cameras = Restart(null);
        // In the short form too all of it happens: summer time begins on the third day.
        if (days < 30)
        {
            _time.AdjustTime(new DateTimeOffset(2026, 3, 26, 0, 7, 0, TimeSpan.Zero));
        }

        for (var day = 0; day < days; day++)
        {
            var (back, forward) = (day % 30 == 4, day % 30 == 6);
            _shortage = day % 30 == 9 ? MinFree + 400_000 : null;
            for (var step = 0; step < 72; step++)
            {
                foreach (var camera in cameras)
                {
                    camera.Write();
                }

                _time.Advance(Step);
                if (step == 31 && (back || forward))
                {
                    _time.AdjustTime(_time.GetUtcNow().AddHours(back ? -1 : 1));
                }
                else if ((step == 71 && day % 30 is 9 or 11) || random.Next(400) == 0)
                {
                    cameras = Restart(cameras);
                }
            }
        }

        // Nobody writes any more when the folder goes.
        Restart(cameras);
        Assert.Equal(["age", "free_space"], _removed.Keys.Order());
    }

    /// <summary>What there is on the disk between two runs.</summary>
    private void Check(Recorder[] cameras)
    {
        Assert.All(new DirectoryInfo(_folder).GetFiles(), file => Assert.InRange(
            file.Length, 0, file.Extension == ".index" ? long.MaxValue : MaxBytes));
        if (_shortage is { } limit)
        {
            // What was being written since the last look comes on top.
            Assert.InRange(Used(), 0, limit - MinFree + (Cameras * MaxBytes));
        }

        foreach (var camera in cameras)
        {
            SegmentFile[] files = [.. camera.Names.Find()];
            int[] frames = [.. files.SelectMany(FramesIn).Order()];
            // No gap, nothing twice: all frames up to the newest, but those that were the oldest.
            Assert.Equal(camera.Next - 1, frames[^1]);
            Assert.Equal(Enumerable.Range(frames[0], frames.Length), frames);
            var age = _time.GetUtcNow() - files[0].Start;
            Assert.InRange(age.TotalDays, 0, KeptDays + (3 / 24.0));
            Assert.DoesNotContain(files, file => file.IsPart);
            Assert.Equal(files.Select(file => file.Name).Order(), IndexOf(camera).Order());
        }
    }

    private static IEnumerable<int> FramesIn(SegmentFile file)
    {
        return File.ReadLines(file.Path)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").ValueEquals("frame"))
            .Select(line => line.GetProperty("frame_index").GetInt32());
    }

    private IEnumerable<string> IndexOf(Recorder camera)
    {
        return SegmentIndex.Read(Path.Combine(_folder, $"{camera.Source}.jsonl.index")).Select(segment => segment.Name);
    }

    /// <summary>Some are stopped, others are killed; the next run goes on with what is there.</summary>
    private Recorder[] Restart(Recorder[]? cameras)
    {
        foreach (var (number, camera) in (cameras ?? []).Index())
        {
            if (number % 2 == 0)
            {
                camera.Complete();
            }

            camera.Dispose();
        }

        Check(cameras ?? []);
        var rules = new SegmentSection
        {
            Every = TimeSpan.FromHours(1),
            MaxBytes = MaxBytes,
            KeepFor = TimeSpan.FromDays(KeptDays),
            KeepFreeBytes = MinFree,
        };
        var store = Recorder.Store(_time, rules, _ => _shortage - Used() ?? long.MaxValue);
        store.Removed = (_, reason) => _removed[reason] = _removed.GetValueOrDefault(reason) + 1;
        return
        [
            .. Enumerable.Range(0, Cameras).Select(
                i => new Recorder(_folder, store, _time, $"cam{i}", cameras?[i].Next ?? 0)),
        ];
    }

    private long Used()
    {
        return new DirectoryInfo(_folder).GetFiles().Sum(file => FileState.Of(file.FullName)?.Length ?? 0);
    }
}
