using System.Diagnostics;
using System.Globalization;
using Streaming.DecoderFuzz;
using Streaming.Fuzz;
using Streaming.Stages.Decode;

// Damaged files and streams for decoder processes. They may crash; this process may not.
//   dotnet run --project tests/decoder-fuzz -c Release -- [COUNT [SEED]]
if (args is [DecoderTarget.Verb])
{
    return DecoderChild.Run(FrameSources.BuiltIn);
}

var count = int.Parse(args.ElementAtOrDefault(0) ?? "1000", CultureInfo.InvariantCulture);
var seed = int.Parse(args.ElementAtOrDefault(1) ?? "1", CultureInfo.InvariantCulture);
var failures = 0;
foreach (var target in new[] { DecoderTarget.Files(), DecoderTarget.Streams() })
{
    using (target)
    {
        var started = Stopwatch.GetTimestamp();
        var result = Fuzzer.Run(target.Target, count, seed);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Target.Name}: {target.Target.Seeds.Count} seeds, {result.Accepted} read, {result.Refused} refused "
            + $"({target.Describe()}), {result.Failures.Count} failures in {seconds:0} s"));
        foreach (var failure in result.Failures.Take(5))
        {
            Console.WriteLine($"  {failure}");
        }

        failures += result.Failures.Count;
    }
}

return failures == 0 ? 0 : 1;
