using BenchmarkDotNet.Running;
using Streaming.Benchmarks;

// dotnet run --project benchmarks -c Release -- --filter '*'      the kernels
// dotnet run --project benchmarks -c Release -- overhead          what the graph itself costs
// dotnet run --project benchmarks -c Release -- agreement A B     what of folder A's JSON lines is in folder B's
if (args is ["overhead"])
{
    await PipelineOverhead.RunAsync();
}
else if (args is ["agreement", var expected, var actual])
{
    Agreement.Print(expected, actual);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
