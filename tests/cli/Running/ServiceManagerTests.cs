using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Cli.Running;

namespace Streaming.Cli.Tests.Running;

/// <summary>What a service manager hears, over a real socket.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_AreThoseOfSdNotify(bool isAbstract)
    {
        var name = isAbstract ? $"streaming-test-{Guid.NewGuid():n}" : _folder.File("notify");
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{name}" : name));
        using var manager = Create(new() { ["NOTIFY_SOCKET"] = isAbstract ? $"@{name}" : name });
        _time.Advance(TimeSpan.FromSeconds(2));
        manager.Ready();
        manager.Status("two\nlines");
        manager.Reloading();
        manager.Stopping();
        var now = (long)(_time.GetTimestamp() * (1e6 / _time.TimestampFrequency));
        string[] expected = ["READY=1", "STATUS=two lines", $"RELOADING=1\nMONOTONIC_USEC={now}", "STOPPING=1"];
        Assert.Equal(expected, expected.Select(_ => Receive()));
    }

    [Fact]
    public void Watch_WhileAlive_SaysSoTwiceInTheTimeThatIsAllowed()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));
        using var manager = Create(new()
        {
            ["NOTIFY_SOCKET"] = _folder.File("notify"),
            ["WATCHDOG_USEC"] = "10000000",
            ["WATCHDOG_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        });
        var isLive = true;
        manager.Watch(() => isLive);
        Advance(4.9);
        Assert.Equal(1, Pending());
        Advance(0.1);
        Advance(5);
        Assert.Equal(2, Pending());
        isLive = false;
        Advance(60);
        Assert.Equal(0, Pending());
        isLive = true;
        Advance(5);
        Assert.Equal(1, Pending());
    }

    [Fact]
    public void Watch_WatchdogOfAnotherProcess_IsNotThisOnes()
    {
        using var manager = Create(new() { ["WATCHDOG_USEC"] = "10000000", ["WATCHDOG_PID"] = "1" });
        Assert.Null(manager.WatchdogPeriod);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/nowhere/notify")]
    public void Messages_NobodyThere_DoNoHarm(string? path)
    {
        using var manager = Create(path is null ? [] : new() { ["NOTIFY_SOCKET"] = path });
        Assert.Null(Record.Exception(() =>
        {
            manager.Ready();
            manager.Reloading();
            manager.Stopping();
        }));
    }

    private ServiceManager Create(Dictionary<string, string> environment)
    {
        return new ServiceManager(name => environment.GetValueOrDefault(name), _time, NullLogger.Instance);
    }

    private void Advance(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }

    private int Pending()
    {
        var messages = 0;
        while (_socket.Available > 0)
        {
            Assert.Equal("WATCHDOG=1", Receive());
            messages++;
        }

        return messages;
    }
}
