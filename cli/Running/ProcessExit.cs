using System.Runtime.InteropServices;

namespace Streaming.Cli.Running;

/// <summary>
/// Ends the process without waiting for anything: native code that cannot be interrupted, or a runtime that would wait for it.
/// </summary>
internal static partial class ProcessExit
{
    /// <summary>Ends it now; what is written to files and pipes stays written.</summary>
    /// <param name="code">See <see cref="ExitCode"/>.</param>
    public static void Now(int code)
    {
        // Not Environment.Exit: destructors of native libraries would run while their threads compute.
        ExitProcess(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitProcess(int code);
}
