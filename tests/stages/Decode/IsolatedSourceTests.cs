using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.Stages.Tests.Decode;

/// <summary>Decoders in processes of their own that crash, hang and write nonsense, and those that do not.</summary>
[Collection("Shared memory is counted")]
public sealed class IsolatedSourceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal((0, 0), (_pool.Live, SharedMemory.Live));
        _pool.Dispose();
    }

    [Fact]
    public void Read_Ordered_GivesEveryFrameInOrder()
    {
        using var source = Open("fault:end:40");
        Assert.Equal(("fault:end:40", new ImageSize(4, 6)), (source.Info.Location, source.Info.Size));
        for (var i = 0; i < 40; i++)
        {
            using var frame = source.Read(default)!;
            Assert.Equal((i, TimeSpan.FromMilliseconds(40 * i)), (frame.Identity.Index, frame.Identity.Pts));
            Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)i) < 0);
        }

        Assert.Null(source.Read(default));
        Assert.Null(source.Read(default));
    }

    [Fact]
    public void Read_FramesAreKept_TheDecoderGoesOn()
    {
        var kept = new List<Frame>();
        using (var source = Open("fault:end:40"))
        {
            while (source.Read(default) is { } frame)
            {
                kept.Add(frame);
            }
        }

        // Some lie in the ring, which outlives the source, and most in the pool.
        Assert.Equal(40, kept.Count);
        Assert.InRange(_pool.Live, 40 - RingMemory.Slots, 39);
        Assert.All(kept, frame => Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)frame.Identity.Index) < 0));
        kept.ForEach(frame => frame.Dispose());
    }

    [Fact]
    public void Read_FramesGrow_NoneIsLost()
    {
        using var source = Open("fault:grow:30");
        for (var i = 0; i < 30; i++)
        {
            using var frame = source.Read(default)!;
            Assert.Equal((i, new ImageSize(4, 6 + i)), (frame.Identity.Index, frame.Pixels.Size));
            Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)i) < 0);
        }
    }

    [Fact]
    public void Read_Live_IndicesShowWhatWasSkipped()
    {
        using var source = Open("live-fault:end:200");
        var last = -1L;
        while (source.Read(default) is { } frame)
        {
            using (frame)
            {
                Assert.True(frame.Identity.Index > last);
                Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)frame.Identity.Index) < 0);
                last = frame.Identity.Index;
            }
        }

        // The newest frame comes, however slowly it is read.
        Assert.Equal(199, last);
    }

    [Theory]
    [InlineData("crash", DecodeError.Crashed, "camera: its decoder crashed (SIGSEGV).")]
    [InlineData("exit", DecodeError.Crashed, "camera: its decoder crashed (exit code 3).")]
    [InlineData("throw", DecodeError.Crashed, "camera: its decoder failed unexpectedly: out of order")]
    [InlineData("corrupt", DecodeError.Corrupt, "fault:corrupt:5: damaged.")]
    public void Read_DecoderBreaks_WhatCameBeforeIsReadAndThenItsError(string fault, DecodeError error, string message)
    {
        using var source = Open($"fault:{fault}:5");
        using var held = source.Read(default)!;
        for (var i = 1; i < 5; i++)
        {
            using var frame = source.Read(default)!;
            Assert.Equal(i, frame.Identity.Index);
        }

        var exception = Assert.Throws<DecodeException>(() => source.Read(default));
        Assert.Equal((error, message), (exception.Error, exception.Message));
        Assert.True(held.Pixels.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void Read_DecoderIsKilled_SaysSo()
    {
        using var source = Open("fault:hang:1");
        using var frame = source.Read(default);
        Signal(source.ProcessId, "KILL");
        var exception = Assert.Throws<DecodeException>(() => source.Read(default));
        Assert.Equal("camera: its decoder crashed (SIGKILL).", exception.Message);
    }

    [Theory]
    [InlineData(false, "it gave no answer within 60 s")]
    [InlineData(true, "somebody had stopped it")]
    public async Task Read_DecoderHangs_IsKilledWhenItsTimeIsUp(bool isStopped, string reason)
    {
        var time = new FakeTimeProvider();
        using var source = Open("fault:hang:1", time);
        using (source.Read(default))
        {
            // There was one.
        }

        if (isStopped)
        {
            Signal(source.ProcessId, "STOP");
        }

        var read = Task.Run(() => source.Read(default));
        while (!read.IsCompleted)
        {
            // The wait may begin a moment later.
            time.Advance(TimeSpan.FromSeconds(isStopped ? 1 : 30));
            await Task.Yield();
        }

        var exception = await Assert.ThrowsAsync<DecodeException>(() => read);
        Assert.Equal(
            (DecodeError.Stalled, $"camera: its decoder hung and was ended: {reason}."), (exception.Error, exception.Message));
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("close")]
    public async Task Read_Cancelled_DoesNotWaitForADecoderThatHangs(string fault)
    {
        using var source = Open($"fault:{fault}:0");
        using var stop = new CancellationTokenSource();
        var read = Task.Run(() => source.Read(stop.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        var id = source.ProcessId;
        source.Dispose();
        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public void Open_NoSuchStream_PassesItsErrorOn()
    {
        var exception = Assert.Throws<DecodeException>(() => Open("no-such-file.mp4"));
        Assert.Equal(DecodeError.NotFound, exception.Error);
        Assert.Throws<DecodeException>(() => Open("fault:end:3", command: new DecoderCommand("/no/such/program", [])));
    }

    [Fact]
    public void Open_OfAFile_HasNeitherNetworkNorPrograms()
    {
        using var source = Open("fault:confined:0");
        var exception = Assert.Throws<DecodeException>(() => source.Read(default));
        Assert.Equal("StartProgram fails, Connect fails", exception.Message);
    }

    [Fact]
    public void Open_WithPassword_ShowsItNowhere()
    {
        Environment.SetEnvironmentVariable("STREAMING_PASSWORD", "open sesame");
        try
        {
            var config = new SourceConfig { Id = "camera", Input = "fault:hang:1", User = "joe", Password = "open sesame" };
            using var source = Open(config, Context(), DecoderOf());
            var process = $"/proc/{source.ProcessId}";
            Assert.DoesNotContain("sesame", File.ReadAllText($"{process}/cmdline"), StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", File.ReadAllText($"{process}/environ"), StringComparison.Ordinal);
            Assert.Contains("PATH=", File.ReadAllText($"{process}/environ"), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("STREAMING_PASSWORD", null);
        }
    }

    [Fact]
    public void Read_ProcessThatWritesNonsense_IsTheSourcesErrorAtMost()
    {
        var failures = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var command = DecoderOf("nonsense", seed.ToString(CultureInfo.InvariantCulture));
            if (Record.Exception(() => ReadAll(command)) is { } exception)
            {
                Assert.IsType<DecodeException>(exception);
                failures++;
            }
        }

        Assert.InRange(failures, 10, 20);
    }

    private void ReadAll(DecoderCommand command)
    {
        using var source = Open("fault:end:3", command: command);
        while (source.Read(default) is { } frame)
        {
            frame.Dispose();
        }
    }

    private static DecoderCommand DecoderOf(params string[] arguments)
    {
        return new DecoderCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "test-decoder.dll"), .. arguments]);
    }

    private static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private static IsolatedSource Open(SourceConfig config, SourceContext context, DecoderCommand command)
    {
        var isOrdered = !config.Input.StartsWith("live", StringComparison.Ordinal);
        return IsolatedSource.Open(command, config, context, 0, isOrdered, Patience, Patience, default);
    }

    private IsolatedSource Open(string location, TimeProvider? time = null, DecoderCommand? command = null)
    {
        return Open(new SourceConfig { Id = "camera", Input = location }, Context(time), command ?? DecoderOf());
    }

    private SourceContext Context(TimeProvider? time = null)
    {
        return new SourceContext("camera", _pool, time ?? TimeProvider.System);
    }
}
