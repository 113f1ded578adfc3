namespace Streaming.Pipeline.Tests;

/// <summary>What many tests do with a pipeline.</summary>
internal static class PipelineExtensions
{
    /// <summary>Adds a source and waits until it has ended.</summary>
    public static async Task<SourceStatus> RunToEndAsync(this VideoPipeline pipeline, SourceJob job)
    {
        var handle = await pipeline.AddAsync(job);
        return await handle.Completion;
    }

    /// <summary>Asks a source to end, if there is one of that name.</summary>
    public static void Stop(this VideoPipeline pipeline, string id)
    {
        pipeline.Sources.FirstOrDefault(source => source.Id == id)?.Stop();
    }
}
