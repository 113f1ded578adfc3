// A video through the pipeline into an output of one's own, which counts what was found.
//   dotnet run --project samples/own-output -c Release -- VIDEO CONFIG WEIGHTS
using OwnOutput;
using Streaming.Config;
using Streaming.Model;
using Streaming.Pipeline;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

if (args is not [var video, var configuration, var weights])
{
    Console.Error.WriteLine("usage: own-output VIDEO CONFIG WEIGHTS");
    return 2;
}

try
{
    using var detector = Detector.Load(configuration, weights);
    using var pool = new PixelPool();
    await using var pipeline = new VideoPipeline([detector], new PipelineOptions());

    // A job says where the source is, and which outputs it has once it is known what it is.
    var job = SourceJob.ForLocation(
        "video", video, pool, info => [new Output("counts", () => new ClassCounts(info.Location)) { NeedsPixels = false }]);
    var source = await pipeline.AddAsync(job);
    var status = await source.Completion;
    if (status.LastError is { } error)
    {
        Console.Error.WriteLine(error);
    }

    return status.State == SourceState.Ended ? 0 : 1;
}
catch (Exception exception) when (exception is ConfigurationException or ModelLoadException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
