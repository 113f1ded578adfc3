using BenchmarkDotNet.Running;

// dotnet run --project benchmarks -c Release -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
