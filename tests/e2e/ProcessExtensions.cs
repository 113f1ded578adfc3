using System.Diagnostics;

namespace Streaming.EndToEnd.Tests;

/// <summary>What tests do to a program that runs.</summary>
internal static class ProcessExtensions
{
    /// <summary>Sends a signal.</summary>
    /// <param name="process">To whom.</param>
    /// <param name="name">For example "TERM".</param>
    public static async Task SignalAsync(this Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until something is so, or the program has ended.</summary>
    public static async Task UntilAsync(this Process process, Func<bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo() && !process.HasExited)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until something is so; the test fails when the program ends before, or after three minutes.</summary>
    public static async Task ExpectAsync(this Process process, Task<string> log, Func<bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            if (process.HasExited || TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMinutes(3))
            {
                process.Kill();
                Assert.Fail($"It did not come to that:\n{await log}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
