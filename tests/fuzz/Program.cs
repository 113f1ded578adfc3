using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Streaming.Fuzz;

/// <summary>dotnet run --project tests/fuzz -c Release -- all|pickle|pth|old-pth|safetensors|yaml|rle [COUNT [SEED]]</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        var name = arguments.ElementAtOrDefault(0) ?? "all";
        var count = int.Parse(arguments.ElementAtOrDefault(1) ?? "100000", CultureInfo.InvariantCulture);
        var seed = int.Parse(arguments.ElementAtOrDefault(2) ?? "1", CultureInfo.InvariantCulture);
        var scratch = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), Path.GetRandomFileName());
        var hasFailed = false;
        foreach (var target in FuzzTarget.All(DataFolder(), scratch).Where(target => name == "all" || name == target.Name))
        {
            var started = Stopwatch.GetTimestamp();
            var result = Fuzzer.Run(target, count, seed);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(
                $"{target.Name}: {result.Accepted} read, {result.Refused} refused, "
                + $"{result.Failures.Count} failures in {seconds:0} s");
            foreach (var failure in result.Failures.Take(5))
            {
                Console.WriteLine($"  {failure}");
            }

            hasFailed |= result.Failures.Count > 0;
        }

        File.Delete(scratch);
        return hasFailed ? 1 : 0;
    }

    private static string DataFolder([CallerFilePath] string thisFile = "")
    {
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "data"));
    }
}
