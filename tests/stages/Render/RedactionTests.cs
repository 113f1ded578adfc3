using Streaming.Config.Run.Privacy;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Stages.Tests.Render;

/// <summary>White pictures: what is black was hidden.</summary>
public sealed class RedactionTests : IDisposable
{
    private static readonly ImageSize Size = new(100, 200);
    private readonly PixelPool _pool = new();
    private readonly List<Redaction> _redactions = [];
    private long _index;

    public void Dispose()
    {
        _redactions.ForEach(redaction => redaction.Dispose());
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Apply_Area_IsHiddenAtAnySize()
    {
        var sut = Hiding(new PrivacyConfig { Areas = new([Square(0.5, 0.5, 1, 1)]) });
        Assert.Equal((true, false), (IsHidden(sut, 150, 75), IsHidden(sut, 90, 40)));
        var twice = new ImageSize(200, 400);
        Assert.Equal((true, false), (IsHidden(sut, 300, 150, twice), IsHidden(sut, 150, 75, twice)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_Class_IsHiddenByItsMaskWithTheMargin(bool hasMask)
    {
        var sut = Hiding(new PrivacyConfig { Classes = new(["person"]), Margin = 4 });
        var person = Person(40, 40, 20, 20, hasMask);
        var car = Person(120, 40, 20, 20, hasMask) with { Category = new Category(3, "car") };
        bool[] hidden = [.. new[] { 50, 37, 34, 63, 130 }.Select(x => IsHidden(sut, x, 50, null, person, car))];
        Assert.Equal([true, true, false, true, false], hidden);
    }

    [Fact]
    public void Apply_ObjectThatIsMissedForAMoment_StaysHidden()
    {
        var sut = Hiding(new PrivacyConfig { Classes = new(["person"]) });
        Assert.True(IsHidden(sut, 50, 50, null, Person(40, 40, 20, 20, true)));
        // Ten frames a second.
        Assert.Equal(
            [true, true, true, true, true, false], Enumerable.Range(0, 6).Select(_ => IsHidden(sut, 50, 50)));
    }

    [Fact]
    public void Apply_GatedFrames_KeepHiddenWhatTheNetworkSawLast()
    {
        var sut = Hiding(new PrivacyConfig { Classes = new(["person"]) });
        Apply(sut, result => result, Person(40, 40, 20, 20, true)).Dispose();
        for (var i = 0; i < 30; i++)
        {
            using var frame = Apply(sut, result => result with { IsGated = true });
            Assert.True(IsBlack(frame, 50, 50));
        }
    }

    [Fact]
    public void Apply_FrameThatFailed_IsHiddenWhole()
    {
        var sut = Hiding(new PrivacyConfig { Classes = new(["person"]) });
        using var frame = Apply(sut, result => result with { Outcome = FrameOutcome.Failed("infer", "out of memory") });
        Assert.Equal(-1, frame.Pixels.Span.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Apply_WhatAHookTookOut_IsHidden()
    {
        var sut = Hiding(new PrivacyConfig { Classes = new(["person"]) });
        using var frame = Apply(sut, result => result with { Detections = [] }, Person(40, 40, 20, 20, true));
        Assert.True(IsBlack(frame, 50, 50));
    }

    [Fact]
    public void Apply_Pixelate_LeavesNothingSmall()
    {
        var sut = Hiding(new PrivacyConfig { Areas = new([Square(0, 0, 1, 1)]), Style = PrivacyStyle.Pixelate });
        using var frame = Apply(
            sut,
            result => result,
            pixels =>
            {
                for (var i = 0; i < pixels.Span.Length; i++)
                {
                    pixels.Span[i] = (byte)(i / 3 % 2 * 255);
                }
            });
        Assert.All(frame.Pixels.Span.ToArray(), value => Assert.InRange(value, 100, 156));
    }

    private Redaction Hiding(PrivacyConfig config)
    {
        var redaction = new Redaction(config, new SourceInfo("cam", "cam", Size, null, null));
        _redactions.Add(redaction);
        return redaction;
    }

    private bool IsHidden(Redaction sut, int x, int y, ImageSize? size = null, params Detection[] detections)
    {
        using var frame = Apply(sut, result => result, null, size, detections);
        return IsBlack(frame, x, y);
    }

    private Frame Apply(Redaction sut, Func<FrameResult, FrameResult> change, params Detection[] detections)
    {
        return Apply(sut, change, null, null, detections);
    }

    private Frame Apply(
        Redaction sut, Func<FrameResult, FrameResult> change, Action<PixelBuffer>? paint, ImageSize? size = null,
        params Detection[] detections)
    {
        var pixels = _pool.Rent(size ?? Size);
        pixels.Span.Fill(255);
        paint?.Invoke(pixels);
        var identity = new FrameIdentity(
            "cam", 0, _index, TimeSpan.FromSeconds(0.1 * _index++), PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        sut.Apply(pixels, change(new FrameResult(identity, pixels.Size, detections)), detections);
        return new Frame(identity, pixels);
    }

    private static bool IsBlack(Frame frame, int x, int y)
    {
        return frame.Pixels.Span[(y * frame.Pixels.Stride) + (x * 3)] == 0;
    }

    private static ShapeConfig Square(double left, double top, double right, double bottom)
    {
        return new ShapeConfig(
            new([new(left, top), new(right, top), new(right, bottom), new(left, bottom)]), Units.Relative);
    }

    private static Detection Person(int x, int y, int width, int height, bool hasMask)
    {
        var mask = new byte[Size.Height * Size.Width];
        for (var row = y; row < y + height; row++)
        {
            mask.AsSpan((row * Size.Width) + x, width).Fill(1);
        }

        return new Detection(
            0, new Category(1, "person"), 0.1f, new Box(x, y, x + width, y + height), hasMask ? Rle.Encode(mask, Size) : null);
    }
}
