using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit;

public sealed class StandardOutputTests : IDisposable
{
    private static readonly StreamSummary End = new(
        StreamEnd.Eof, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
    }

    [Fact]
    public async Task Write_ManySourcesAtOnce_NeverMixesLines()
    {
        const int sources = 8;
        const int frames = 50;
        using var stream = new PiecewiseStream();
        var output = new StandardOutput(() => stream);
        await Task.WhenAll(Enumerable.Range(0, sources).Select(source => Task.Run(() =>
        {
            using var sink = output.Open(Context($"cam-{source}"));
            for (var i = 0; i < frames; i++)
            {
                using var frame = Frames.Of(_pool, i, new(2, 3));
                var identity = frame.Identity with { SourceId = $"cam-{source}" };
                sink.Write(frame, new FrameResult(identity, new(2, 3), []));
            }

            sink.Complete(End);
        })));

        var lines = stream.Text.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(sources * (frames + 2), lines.Length);
        foreach (var source in lines.GroupBy(line => line.GetProperty("source_id").GetString()))
        {
            string[] types = [.. source.Select(line => line.GetProperty("type").GetString()!)];
            Assert.Equal(["stream_start", .. Enumerable.Repeat("frame", frames), "stream_end"], types);
        }
    }

    [Fact]
    public void Write_NobodyReads_SaysSo()
    {
        using var stream = new BrokenPipe();
        var exception = Assert.Throws<EmitException>(() => new StandardOutput(() => stream).Open(Context("cam")));
        Assert.Equal("standard output: cannot be written: Broken pipe.", exception.Message);
    }

    private static OutputContext Context(string id)
    {
        var wanted = new SourceConfig { Id = id, Input = "x", WhenFull = FullMode.Wait };
        return new OutputContext(new OutputPlace(SettingValues.None, Frames.Run), Frames.Source(id, new(2, 3)), wanted);
    }

    /// <summary>Takes a byte at a time, so that writers that are not kept apart mix.</summary>
    private sealed class PiecewiseStream : MemoryStream
    {
        public string Text => System.Text.Encoding.UTF8.GetString(ToArray());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            foreach (var value in buffer)
            {
                lock (this)
                {
                    WriteByte(value);
                }
            }
        }
    }

    private sealed class BrokenPipe : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            throw new IOException("Broken pipe");
        }
    }
}
