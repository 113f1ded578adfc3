using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Isolation;

/// <summary>
/// A decoder process as its parent sees it: started, talked to, and ended. It is asked to end by the end of its input, so that a
/// camera hears that its viewer is gone, and killed when it does not: whatever native code does, this holds nothing up.
/// </summary>
internal sealed class DecoderProcess : IDisposable
{
    /// <summary>Most time that a process in good order needs to end.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ILogger _logger;
    private readonly string _id;
    private int _isAskedToEnd;
    private bool _isDisposed;

    private DecoderProcess(Process process, string id, ILogger logger)
    {
        (_process, _id, _logger) = (process, id, logger);
        Pipe = new MessagePipe(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>To and from it.</summary>
    public MessagePipe Pipe { get; }

    /// <summary>Its number in the system.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a process. It ends with the thread that starts it, at the latest.</summary>
    /// <param name="command">The program.</param>
    /// <param name="id">The source's name, for the log.</param>
    /// <param name="logger">Gets what the process says.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static DecoderProcess Start(DecoderCommand command, string id, ILogger logger)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        DecoderEnvironment.Apply(start.Environment);
        try
        {
            return new DecoderProcess(Process.Start(start)!, id, logger);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new IOException($"{command.Program} cannot be started: {exception.Message}.", exception);
        }
    }

    /// <summary>Asks it to end; returns at once.</summary>
    public void AskToEnd()
    {
        if (Interlocked.Exchange(ref _isAskedToEnd, 1) == 0)
        {
            Pipe.CloseOutput();
        }
    }

    /// <summary>Ends it, whatever it does.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>Whether somebody has stopped it (SIGSTOP, a debugger): it will not say anything any more.</summary>
    public bool IsStopped()
    {
        try
        {
            var state = File.ReadAllText($"/proc/{_process.Id}/stat");
            return state[(state.LastIndexOf(')') + 2)..] is ['T' or 't', ..];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>Waits for its end, and says how it ended: "SIGSEGV", or "exit code 3".</summary>
    public string WaitForEnd()
    {
        if (!_process.WaitForExit(EndTimeout))
        {
            Kill();
        }

        // Killed or not, but its pipe is closed: this does not take long.
        _process.WaitForExit(EndTimeout);
        return _process.HasExited ? Describe(_process.ExitCode) : "no end";
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        AskToEnd();
        if (!_process.WaitForExit(EndTimeout))
        {
            Kill();
            _process.WaitForExit(EndTimeout);
        }

        Pipe.Dispose();
        _process.Dispose();
    }

    private static string Describe(int code)
    {
        const int FirstSignal = 128;
        return (code - FirstSignal) switch
        {
            4 => "SIGILL",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            15 => "SIGTERM",
            31 => "SIGSYS",
            > 0 and < 65 and var signal => $"signal {signal}",
            _ => $"exit code {code}",
        };
    }

    private void Log(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            IsolationLog.Said(_logger, _id, line.Length > 500 ? line[..500] : line);
        }
    }
}
