using System.Diagnostics;

namespace Streaming.Fuzz;

/// <summary>What came of a fuzzing run.</summary>
/// <param name="Accepted">Inputs that were read although damaged.</param>
/// <param name="Refused">Inputs that were refused properly.</param>
/// <param name="Failures">
/// Inputs that crashed the reader, took too long or too much memory: what happened, with the input's number.
/// </param>
public sealed record FuzzResult(int Accepted, int Refused, IReadOnlyList<string> Failures);

/// <summary>Feeds damaged inputs to a reader and checks that it neither crashes nor hangs nor allocates without bound.</summary>
public static class Fuzzer
{
    /// <summary>No input of a few kilobytes may cost more; small objects of a damaged structure included.</summary>
    private const long MaxAllocatedBytes = 256L << 20;

    private static readonly TimeSpan HangTime = TimeSpan.FromSeconds(60);

    /// <summary>Runs so many inputs.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="seed">The same seed makes the same inputs.</param>
    public static FuzzResult Run(FuzzTarget target, int count, int seed)
    {
        var mutator = new Mutator(target.Seeds, new Random(seed));
        var (accepted, refused, failures) = (0, 0, new List<string>());
        var number = 0;
        using var watchdog = new Timer(last =>
        {
            if (Interlocked.Exchange(ref _seen, number) == number)
            {
                Environment.FailFast($"{target.Name}: input {number} of seed {seed} hangs.");
            }
        }, null, HangTime, HangTime);
        for (; number < count; number++)
        {
            var input = mutator.Next();
            var (started, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            try
            {
                target.Read(input);
                accepted++;
            }
            catch (Exception exception) when (target.IsRefusal(exception))
            {
                refused++;
            }
            catch (Exception exception)
            {
                failures.Add($"input {number} of seed {seed}: {exception}");
            }

            if (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed > target.MaxTime)
            {
                failures.Add($"input {number} of seed {seed}: took {elapsed}");
            }

            if (GC.GetAllocatedBytesForCurrentThread() - allocated is var bytes && bytes > MaxAllocatedBytes)
            {
                failures.Add($"input {number} of seed {seed}: allocated {bytes} bytes for {input.Length}");
            }
        }

        return new FuzzResult(accepted, refused, failures);
    }

    private static int _seen = -1;
}
