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
}
