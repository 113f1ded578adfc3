using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Cli.Logging;

/// <summary>
/// Catches what native libraries write to descriptor 2, standard error, and logs it line by line: it goes into a pipe that a
/// thread of this process reads.
/// </summary>
/// <remarks>
/// A process that crashes no longer reads, and its last words would be lost with the pipe. So a shell holds the pipe too: it
/// sleeps until this process is gone, and copies what is left to the standard error of before.
/// </remarks>
internal sealed partial class NativeLines : IDisposable
{
    private const int StandardError = 2;
    private const int CloseOnExec = 0x80000;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExecFlag = 1;

    /// <summary>Of a library that complains about every frame, so many lines are logged in a minute.</summary>
    private const int MostLines = 100;

    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Process _keeper;
    private readonly int _before;
    private readonly Thread _reader;
    private long _minuteAt;
    private int _lines;
    private int _isRestored;

    private NativeLines(ILogger logger, TimeProvider time, Process keeper, int before, SafeFileHandle pipe)
    {
        (_logger, _time, _keeper, _before, _minuteAt) = (logger, time, keeper, before, time.GetTimestamp());
        _reader = new Thread(() => Read(pipe)) { IsBackground = true, Name = "native lines" };
        _reader.Start();
        AppDomain.CurrentDomain.UnhandledException += Restore;
    }

    /// <summary>Begins to catch; null when this machine does not allow it, and then nothing has changed.</summary>
    /// <param name="logger">Gets the lines.</param>
    /// <param name="time">The clock.</param>
    public static NativeLines? Catch(ILogger logger, TimeProvider time)
    {
        Span<int> pipe = stackalloc int[2];
        if (CreatePipe(pipe, CloseOnExec) != 0)
        {
            return null;
        }

        var (read, write) = (pipe[0], pipe[1]);
        try
        {
            if (Keep(read) is not { } keeper)
            {
                _ = CloseDescriptor(read);
                return null;
            }

            var before = Duplicate(StandardError);
            _ = ControlDescriptor(before, SetDescriptorFlags, CloseOnExecFlag);
            _ = DuplicateTo(write, StandardError);
            return new NativeLines(logger, time, keeper, before, new SafeFileHandle(read, ownsHandle: true));
        }
        finally
        {
            _ = CloseDescriptor(write);
        }
    }

    /// <summary>Standard error is what it was; returns when every line is logged.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= Restore;
        Restore();
        // A child that still has the pipe may keep it open.
        _reader.Join(TimeSpan.FromSeconds(1));
        _ = CloseDescriptor(_before);
        _keeper.StandardInput.Close();
        _keeper.Dispose();
    }

    /// <summary>Starts the shell that copies what this process leaves in the pipe.</summary>
    private static Process? Keep(int read)
    {
        var number = read.ToString(CultureInfo.InvariantCulture);
        _ = ControlDescriptor(read, SetDescriptorFlags, 0);
        try
        {
            string[] words = ["-c", $"trap '' INT QUIT TERM HUP; read -r _; exec cat /proc/self/fd/{number} >&2"];
            return Process.Start(new ProcessStartInfo("/bin/sh", words) { RedirectStandardInput = true });
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            return null;
        }
        finally
        {
            _ = ControlDescriptor(read, SetDescriptorFlags, CloseOnExecFlag);
        }
    }

    private void Restore(object sender, UnhandledExceptionEventArgs arguments)
    {
        Restore();
    }

    private void Restore()
    {
        if (Interlocked.Exchange(ref _isRestored, 1) == 0)
        {
            _ = DuplicateTo(_before, StandardError);
        }
    }

    private void Read(SafeFileHandle pipe)
    {
        using var reader = new StreamReader(new FileStream(pipe, FileAccess.Read, bufferSize: 0), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                Log(line.Trim());
            }
        }
    }

    private void Log(string line)
    {
        if (_time.GetElapsedTime(_minuteAt) >= TimeSpan.FromMinutes(1))
        {
            if (_lines > MostLines)
            {
                CliLog.NativeLinesLeftOut(_logger, _lines - MostLines);
            }

            (_minuteAt, _lines) = (_time.GetTimestamp(), 0);
        }

        if (++_lines <= MostLines)
        {
            CliLog.NativeLine(_logger, line);
        }
    }

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int CreatePipe(Span<int> descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int ControlDescriptor(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
