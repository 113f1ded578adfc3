using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Stages.Emit.Kept;

namespace Streaming.Stages.Tests.Emit.Kept;

public sealed class KeptFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero));
    private readonly List<(string Kind, string Reason)> _removed = [];
    private long? _free;

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(2.5, null, null, "c d e", "age")]
    [InlineData(null, 250L, null, "d e", "size")]
    [InlineData(null, null, 150L, "c d e", "free_space")]
    [InlineData(null, null, null, "a b c d e", "")]
    public void Tidy_OverALimit_RemovesTheOldest(double? days, long? bytes, long? missing, string left, string reason)
    {
        _free = 1000;
        Open(new KeepRules(
            days is { } value ? TimeSpan.FromDays(value) : null, bytes, missing is null ? null : _free + missing));
        Assert.Equal(left.Split(' '), Left());
        Assert.Equal(reason.Length > 0, _removed.Count > 0);
        Assert.All(_removed, item => Assert.Equal(("clips", reason), item));
    }

    [Fact]
    public void Tidy_SomebodyWantsToKeepOne_ItGoesLast()
    {
        _folder.File("clips/a.mp4.keep", "");
        Open(new KeepRules(TimeSpan.FromDays(2.5), 250, null));
        Assert.Equal(["a", "e"], Left());
        // When nothing else is left: a full disk would stop everything.
        var small = new KeptFiles(new KeepRules(null, 50, null), _time, NullLogger.Instance);
        small.Open(_folder.File("clips"), ".mp4");
        Assert.Empty(Directory.GetFiles(_folder.File("clips")));
    }

    [Fact]
    public void TidySometimes_OnceAMinute_LooksAtWhatWasAdded()
    {
        var sut = Open(new KeepRules(null, 500, null));
        Assert.Equal(5, Left().Length);
        Write("f.part", 0, 100);
        sut.Add(_folder.File("clips/f.mp4"));
        sut.TidySometimes();
        Assert.Equal(6, Left().Length);
        _time.Advance(TimeSpan.FromMinutes(1));
        sut.TidySometimes();
        Assert.True(SpinWait.SpinUntil(() => Left().Length == 5, TimeSpan.FromSeconds(60)));
        Assert.Equal("b c d e f", string.Join(' ', Left()));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("ftyp", false)]
    [InlineData("ftyp moov", false)]
    [InlineData("ftyp moov moof", false)]
    [InlineData("ftyp moov moof mdat", true)]
    [InlineData("ftyp moov moof mdat moof", true)]
    public void Open_AClipThatAKillHasCutOff_IsKeptWhenItHasAFrame(string boxes, bool isKept)
    {
        var content = boxes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"\0\0\0\u0010{name}........");
        _folder.File("clips/x.part.mp4", string.Concat(content));
        Open(KeepRules.All);
        Assert.Equal(isKept ? ["a", "b", "c", "d", "e", "x.recovered"] : ["a", "b", "c", "d", "e"], Left());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Open_AClipThatEndsWithinItsFirstFrame_IsKeptWhenAnythingOfItIsThere(int bytes, bool isKept)
    {
        _folder.File("clips/x.part.mp4", "\0\0\0\u0010moof........" + "\0\0\0\u0010mdat........"[..bytes]);
        Open(KeepRules.All);
        Assert.Equal(isKept, Left().Contains("x.recovered"));
    }

    /// <summary>Five clips, a to e, of 100 bytes: four days old to none.</summary>
    private KeptFiles Open(KeepRules rules)
    {
        foreach (var (name, days) in new[] { ("a", 4), ("b", 3), ("c", 2), ("d", 1), ("e", 0) })
        {
            Write(name, days, 100);
        }

        var sut = new KeptFiles(rules, _time, NullLogger.Instance, _ => _free)
        {
            Removed = (kind, reason) => _removed.Add((kind, reason)),
        };
        sut.Open(_folder.File("clips"), ".mp4");
        return sut;
    }

    private void Write(string name, int days, int bytes)
    {
        var path = _folder.File($"clips/{name}.mp4");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[bytes]);
        File.SetLastWriteTimeUtc(path, (_time.GetUtcNow() - TimeSpan.FromDays(days)).UtcDateTime);
    }

    private string[] Left()
    {
        var paths = Directory.GetFiles(_folder.File("clips"), "*.mp4");
        return [.. paths.Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
    }
}
