// Frames from one's own code through the pipeline: raw B, G, R bytes from the standard input.
//   gst-launch-1.0 -q filesrc location=samples/street.mp4 ! decodebin ! videoconvert ! video/x-raw,format=BGR ! fdsink |
//     dotnet run --project samples/own-source -c Release -- 640x360 CONFIG WEIGHTS
using OwnSource;
using Streaming.Config;
using Streaming.Model;
using Streaming.Model.Structures;
using Streaming.Pipeline;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

if (args is not [var sizeText, var configuration, var weights]
    || sizeText.Split('x') is not [var left, var right]
    || !int.TryParse(left, out var width)
    || !int.TryParse(right, out var height)
    || width < 1
    || height < 1)
{
    Console.Error.WriteLine("usage: own-source WIDTHxHEIGHT CONFIG WEIGHTS");
    return 2;
}

try
{
    using var detector = Detector.Load(configuration, weights);
    using var pool = new PixelPool();
    await using var pipeline = new VideoPipeline([detector], new PipelineOptions());
    var size = new ImageSize(height, width);
    var job = new SourceJob(
        "raw",
        (_, _) => new RawSource(Console.OpenStandardInput(), size, pool),
        _ => [new Output("lines", () => new FrameLines()) { NeedsPixels = false }]);
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
