using Streaming.Stages.Gst;

namespace Streaming.Stages.Tests.Gst;

/// <summary>The thin layer over GStreamer, against the real library.</summary>
public sealed class GstPipelineTests
{
    public GstPipelineTests()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
    }

    [Fact]
    public void Constructor_UnknownElement_NamesIt()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new GstPipeline("videotestsrc ! nonsensesink"));
        Assert.Contains("nonsensesink", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WaitForEnd_FiniteStream_EndsWell()
    {
        using var pipeline = new GstPipeline("videotestsrc num-buffers=3 ! fakesink");
        pipeline.Play();
        Assert.Null(pipeline.WaitForEnd(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void WaitForEnd_MissingFile_ReportsAResourceError()
    {
        using var pipeline = new GstPipeline("filesrc name=file ! fakesink");
        pipeline["file"].Set("location", "/no/such/file");
        pipeline.Play();
        var error = pipeline.WaitForEnd(TimeSpan.FromSeconds(30))!;
        Assert.Equal((true, false, 3), (error.IsResource, error.IsStream, error.Code));
    }

    [Fact]
    public void Set_TextOfAnyKind_IsAValueAndNoSyntax()
    {
        using var pipeline = new GstPipeline("filesrc name=file ! fakesink");
        pipeline["file"].Set("location", "/no ! \"such\" name=x ü");
        pipeline.Play();
        Assert.Contains(
            "/no ! \"such\" name=x ü", pipeline.WaitForEnd(TimeSpan.FromSeconds(30))!.Debug, StringComparison.Ordinal);
    }

    [Fact]
    public void FindDecoder_DecodedStream_TellsDecoderAndCodec()
    {
        using var pipeline = new GstPipeline("videotestsrc num-buffers=30 ! x264enc ! h264parse ! decodebin ! fakesink");
        Assert.Null(pipeline.FindDecoder());
        pipeline.Play();
        Assert.Null(pipeline.WaitForEnd(TimeSpan.FromSeconds(30)));
        Assert.Equal(("avdec_h264", "video/x-h264"), pipeline.FindDecoder());
    }

    [Fact]
    public void AppSink_FramesThatNobodyTook_ShowAsGapsInTheNumbers()
    {
        using var pipeline = new GstPipeline(
            "videotestsrc num-buffers=40 ! video/x-raw,format=BGR,width=16,height=16"
            + " ! appsink name=sink sync=false max-buffers=4 drop=true");
        using (var sink = new GstAppSink(pipeline["sink"]))
        {
            pipeline.Play();
            Assert.True(SpinWait.SpinUntil(() => sink.Count == 40, TimeSpan.FromSeconds(30)));

            var numbers = new List<long>();
            while (sink.TryPull(TimeSpan.FromSeconds(1)) is { } sample)
            {
                using (sample)
                {
                    numbers.Add(sample.Index);
                }
            }

            Assert.Equal([36, 37, 38, 39], numbers);
            Assert.True(sink.IsEos);
            pipeline.Stop();
        }
    }
}
