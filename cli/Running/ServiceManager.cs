using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Streaming.Cli.Running;

/// <summary>
/// Tells systemd how the service is, by datagrams to the socket that it names (sd_notify(3)); tells nobody without one.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    private readonly Socket? _socket;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ITimer? _watchdog;

    /// <param name="environment">Values of environment variables.</param>
    /// <param name="time">The clock; its timestamps are those of CLOCK_MONOTONIC.</param>
    /// <param name="logger">Told when the socket cannot be used.</param>
    public ServiceManager(Func<string, string?> environment, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        if (environment("NOTIFY_SOCKET") is { Length: > 1 } path)
        {
            _socket = Connect(path);
        }

        // For another process than this one, systemd says.
        var isMine = environment("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (isMine && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            WatchdogPeriod = TimeSpan.FromMicroseconds(limit) / 2;
        }
    }

    /// <summary>How often it wants to hear that the service is alive; null when it does not want to.</summary>
    public TimeSpan? WatchdogPeriod { get; }

    /// <summary>The service has started.</summary>
    public void Ready()
    {
        Send("READY=1");
    }

    /// <summary>The service reads its configuration again; <see cref="Ready"/> follows.</summary>
    public void Reloading()
    {
        var now = (long)(_time.GetTimestamp() * (1e6 / _time.TimestampFrequency));
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={now}"));
    }

    /// <summary>The service stops.</summary>
    public void Stopping()
    {
        Send("STOPPING=1");
    }

    /// <summary>A line for people who ask how the service is.</summary>
    public void Status(string line)
    {
        Send($"STATUS={line.ReplaceLineEndings(" ")}");
    }

    /// <summary>From now on says regularly that the service is alive, as long as it is; otherwise systemd restarts it.</summary>
    public void Watch(Func<bool> isLive)
    {
        if (_socket is not null && WatchdogPeriod is { } period)
        {
            _watchdog = _time.CreateTimer(
                _ =>
                {
                    if (isLive())
                    {
                        Send("WATCHDOG=1");
                    }
                },
                null,
                TimeSpan.Zero,
                period);
        }
    }

    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private Socket? Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // '@' stands for the zero byte that an abstract socket's name begins with.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            CliLog.NotNotified(_logger, exception.Message);
            return null;
        }
    }

    private void Send(string message)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            CliLog.NotNotified(_logger, exception.Message);
        }
    }
}
