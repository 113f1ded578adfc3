using System.Globalization;
using BenchmarkDotNet.Running;
using Streaming.Benchmarks;
using Streaming.Benchmarks.Cameras;
using Streaming.Benchmarks.Gate;
using Streaming.Benchmarks.Tracks;
using Streaming.Stages.Decode;

// dotnet run --project benchmarks -c Release -- --filter '*'      the kernels
// dotnet run --project benchmarks -c Release -- overhead          what the graph itself costs
// dotnet run --project benchmarks -c Release -- agreement A B     what of folder A's JSON lines is in folder B's
// dotnet run --project benchmarks -c Release -- isolation INPUT   what a decoder process costs, against decoding here
// dotnet run --project benchmarks -c Release -- tracks [STREETS]  trackers on drawn streets, at several frame rates
// dotnet run --project benchmarks -c Release -- tracks demo [STREETS [SECONDS]]         with the demo model's detections
// dotnet run --project benchmarks -c Release -- gate [STREETS [DEMO_STREETS [SEED]]]    what the motion gate saves and costs
// dotnet run --project benchmarks -c Release -- cameras [CAMERAS [SECONDS]]             quiet cameras with and without it
if (args is [DecoderIsolation.Verb])
{
    return DecoderChild.Run(FrameSources.BuiltIn);
}

if (args is ["isolation", var location])
{
    DecoderIsolation.Run(location, seconds: 15);
}
else if (args is ["overhead"])
{
    await PipelineOverhead.RunAsync();
}
else if (args is ["tracks", "demo", .. var sizes])
{
    TrackBenchmark.RunDemo(Number(sizes, 0, 20), Number(sizes, 1, 20));
}
else if (args is ["cameras", .. var cameras])
{
    await CamerasBenchmark.RunAsync(Number(cameras, 0, 16), Number(cameras, 1, 60));
}
else if (args is ["tracks", .. var streets])
{
    TrackBenchmark.Run(Number(streets, 0, 20));
}
else if (args is ["gate", .. var counts])
{
    GateBenchmark.Run(Number(counts, 0, 40), Number(counts, 1, 8), Number(counts, 2, 9100));
}
else if (args is ["agreement", var expected, var actual])
{
    Agreement.Print(expected, actual);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}

return 0;

static int Number(string[] numbers, int index, int usual)
{
    return index < numbers.Length ? int.Parse(numbers[index], CultureInfo.InvariantCulture) : usual;
}
