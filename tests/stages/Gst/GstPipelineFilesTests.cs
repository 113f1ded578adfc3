using Streaming.Stages.Gst;

namespace Streaming.Stages.Tests.Gst;

/// <summary>What pipelines leave open. It counts the whole process's files, so no other test may run beside it.</summary>
[CollectionDefinition(nameof(GstPipelineFilesTests), DisableParallelization = true)]
[Collection(nameof(GstPipelineFilesTests))]
public sealed class GstPipelineFilesTests
{
    [Fact]
    public void Dispose_ManyPipelines_LeavesNoFilesOpen()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        var before = 0;
        for (var i = 0; i < 30; i++)
        {
            using (var pipeline = new GstPipeline("videotestsrc num-buffers=1 ! fakesink"))
            {
                pipeline.Play();
                Assert.Null(pipeline.WaitForEnd(TimeSpan.FromSeconds(30)));
            }

            before = i == 10 ? Directory.GetFiles("/proc/self/fd").Length : before;
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 1, before + 3);
    }
}
