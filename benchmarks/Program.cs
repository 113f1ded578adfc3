using BenchmarkDotNet.Running;
using Streaming.Benchmarks;

// dotnet run --project benchmarks -c Release -- --filter '*'      the kernels
// dotnet run --project benchmarks -c Release -- overhead          what the graph itself costs
if (args is ["overhead"])
{
    await PipelineOverhead.RunAsync();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
