using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.DecoderProcess;

/// <summary>
/// "fault:KIND:N" gives N frames and then breaks in the way of its kind; "live-fault:KIND:N" is a live source. All bytes of frame
/// i are i.
/// </summary>
internal sealed class FaultySource(SourceConfig config, SourceContext context) : IFrameSource
{
    private readonly string _fault = config.Input.Split(':')[1];
    private readonly int _frames = int.Parse(config.Input.Split(':')[2], CultureInfo.InvariantCulture);
    private int _index;

    public static SourceKind Kind { get; } = new(
        "fault",
        location => location.Contains("fault:", StringComparison.Ordinal),
        location => location.StartsWith("live", StringComparison.Ordinal),
        _ => "fault",
        (config, context, _, _) => new FaultySource(config, context))
    {
        IsFile = true,
    };

    public SourceInfo Info { get; } = new(context.Id, config.Input, new ImageSize(4, 6), new FrameRate(25, 1), null);

    public Frame? Read(CancellationToken cancellationToken)
    {
        if (_index == _frames)
        {
            Break();
            return null;
        }

        // Frames that grow want a new ring from time to time.
        var pixels = context.Rent(new ImageSize(4, _fault == "grow" ? 6 + _index : 6), config.Input);
        pixels.Span.Fill((byte)_index);
        var (pts, now) = (TimeSpan.FromMilliseconds(40 * _index), context.Time.GetUtcNow());
        return new Frame(new FrameIdentity(Info.Id, 0, _index++, pts, PtsOrigin.Container, now), pixels);
    }

    public void Dispose()
    {
        if (_fault == "close")
        {
            Hang();
        }
    }

    private void Break()
    {
        switch (_fault)
        {
            case "crash":
                NativeFault.Raise();
                break;
            case "exit":
                Environment.Exit(3);
                break;
            case "throw":
                throw new InvalidOperationException("out of order");
            case "corrupt":
                throw new DecodeException(DecodeError.Corrupt, $"{config.Input}: damaged.");
            case "hang" or "close":
                Hang();
                break;
            case "confined":
                throw new DecodeException(DecodeError.Unsupported, $"{Try(StartProgram)}, {Try(Connect)}");
        }
    }

    private static string Try(Action action)
    {
        try
        {
            action();
            return $"{action.Method.Name} works";
        }
        catch (Exception exception) when (exception is SocketException or System.ComponentModel.Win32Exception)
        {
            return $"{action.Method.Name} fails";
        }
    }

    private static void StartProgram()
    {
        using var program = Process.Start("true");
        program.WaitForExit();
    }

    private static void Connect()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
    }

    /// <summary>Deaf to everything, as native code is.</summary>
    private static void Hang()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(CancellationToken.None);
    }
}
