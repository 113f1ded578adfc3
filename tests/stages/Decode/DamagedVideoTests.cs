using System.Security.Cryptography;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

/// <summary>A real H.264 file of which a part is damaged.</summary>
public sealed class DamagedVideoTests : IDisposable
{
    private static readonly string Street = Path.Combine(Golden.RepositoryRoot(), "samples", "street.mp4");

    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();
    private readonly List<string> _log = [];

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0.40, 0.55)]
    [InlineData(0.20, 0.22)]
    [InlineData(0.60, 0.75)]
    public void Read_StretchIsDamaged_SkipsItAndGoesOnWithTheRightNumbersAndTimes(double from, double to)
    {
        var whole = Read(Street);
        var damaged = Read(Damage(from, to));
        Assert.Equal(whole.Select(frame => frame.Identity.Index), damaged.Select(frame => frame.Identity.Index));
        Assert.All(whole.Zip(damaged), pair => Assert.Equal(
            pair.First.Identity.Pts.TotalSeconds, pair.Second.Identity.Pts.TotalSeconds, 0.001));

        // Before the stretch nothing differs but a frame that is damaged in its last part; after it the decoder shows what it
        // can make of frames that build on lost ones.
        var lost = damaged.Count(frame => frame.Failure is not null);
        Assert.InRange(lost, 1, damaged.Count / 2);
        var first = damaged.FindIndex(frame => frame.Failure is not null);
        Assert.InRange(first, 1, damaged.Count);
        Assert.Equal(whole.Take(first - 1), damaged.Take(first - 1));
        Assert.Null(damaged[^1].Failure);
        Assert.All(
            damaged.Where(frame => frame.Failure is not null),
            frame => Assert.Equal("the file is damaged here: the frame cannot be decoded", frame.Failure));
    }

    [Fact]
    public void Read_DamagedFileFromTheMiddle_GivesTheSameFrames()
    {
        // As a run does that resumes.
        var path = Damage(0.40, 0.55);
        var all = Read(path);
        Assert.Equal(all.Skip(70), Read(path, firstIndex: 70));
    }

    [Fact]
    public void Read_StartBeyondTheEnd_WarnsThatThereIsNoFrame()
    {
        var path = TestVideos.Write(_folder.File("clip.mp4"), 20, new ImageSize(32, 48), rate: 10);
        Assert.Empty(Read(path, start: 5));
        Assert.Equal(["clip: begins at 5 s, but the file ends at 2 s: no frame is read"], _log);
        _log.Clear();
        Assert.Single(Read(path, start: 1.9));
        Assert.Empty(_log);
    }

    private string Damage(double from, double to)
    {
        var bytes = File.ReadAllBytes(Street);
        new Random(1).NextBytes(bytes.AsSpan((int)(from * bytes.Length)..(int)(to * bytes.Length)));
        var path = _folder.File("clip.mp4");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private List<(FrameIdentity Identity, string? Failure, string Digest)> Read(
        string path, double start = 0, long firstIndex = 0)
    {
        var config = new SourceConfig { Id = "clip", Input = path, Start = TimeSpan.FromSeconds(start) };
        var context = new SourceContext("clip", _pool, new FixedTime()) { Logger = new TestLog(_log) };
        using var source = FrameSources.BuiltIn.Open(config, context, firstIndex);
        var frames = new List<(FrameIdentity, string?, string)>();
        while (source.Read(default) is { } frame)
        {
            using (frame)
            {
                var digest = Convert.ToHexString(SHA256.HashData(frame.Pixels.Span));
                frames.Add((frame.Identity with { PtsOrigin = default }, frame.Failure, digest));
            }
        }

        return frames;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            return DateTimeOffset.UnixEpoch;
        }
    }
}
