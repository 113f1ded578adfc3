using System.Globalization;
using BenchmarkDotNet.Running;
using Streaming.Benchmarks;
using Streaming.Benchmarks.Tracks;
using Streaming.Stages.Decode;

// dotnet run --project benchmarks -c Release -- --filter '*'      the kernels
// dotnet run --project benchmarks -c Release -- overhead          what the graph itself costs
// dotnet run --project benchmarks -c Release -- agreement A B     what of folder A's JSON lines is in folder B's
// dotnet run --project benchmarks -c Release -- isolation INPUT   what a decoder process costs, against decoding here
// dotnet run --project benchmarks -c Release -- tracks [STREETS]  trackers on drawn streets, at several frame rates
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
else if (args is ["tracks", .. var streets])
{
    TrackBenchmark.Run(streets is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 20);
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
