using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Commands;

/// <summary>`streaming probe`: what a source is, or what is wrong with it.</summary>
internal static class ProbeCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var input = new Argument<string>("SOURCE") { Description = "A video, a picture, an address, usb:0…, as for 'run'." };
        var user = new Option<string?>("--user") { Description = "User name, for addresses. The password is read from the environment variable STREAMING_PASSWORD, or from the address." };
        var transport = new Option<string>("--transport") { Description = "RTSP over tcp or udp.", DefaultValueFactory = _ => "tcp" };
        var trust = new Option<string?>("--trust") { Description = "rtsps and https: a PEM file with the camera's own certificate or its authority's; 'any' trusts everybody.", HelpName = "FILE" };
        var timeout = new Option<double>("--timeout") { Description = "Most seconds to wait for a frame.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        transport.AcceptOnlyFromAmong("tcp", "udp");
        input.Validators.Add(Unmatched.RefuseOptions);
        var command = new Command("probe", "Opens a source and tells its size, rate, codec, decoder and the time to its first frame, or what is wrong with it.") { input, user, transport, trust, timeout, json };
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var seconds = parsed.GetValue(timeout);
            if (!(seconds is > 0 and <= 3600))
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--timeout {seconds}: supported: above 0 up to 3600."));
            }

            var config = new SourceConfig
            {
                Id = "probe",
                Input = parsed.GetValue(input)!,
                User = parsed.GetValue(user),
                Password = Environment.GetEnvironmentVariable("STREAMING_PASSWORD"),
                Transport = parsed.GetValue(transport) == "udp" ? Transport.Udp : Transport.Tcp,
                Trust = parsed.GetValue(trust),
                OpenTimeout = TimeSpan.FromSeconds(seconds),
                ReadTimeout = TimeSpan.FromSeconds(seconds),
            };
            RunInputs.CheckTrust(config);
            try
            {
                Print(Probe(config, TimeProvider.System, cancellation), parsed.GetValue(json), terminal.Out);
                return ExitCode.Done;
            }
            catch (DecodeException exception)
            {
                terminal.Error($"{exception.Error.Code()}: {exception.Message}");
                return ExitCode.Failed;
            }
        }));
        return command;
    }

    private static ProbeReport Probe(SourceConfig config, TimeProvider time, CancellationToken cancellationToken)
    {
        using var pool = new PixelPool();
        var started = time.GetTimestamp();
        using var source = Kinds.Sources.Probe(config, new SourceContext(config.Id, pool, time), cancellationToken);
        using var frame = source.Read(cancellationToken);
        var milliseconds = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);
        var info = source.Info;
        return new ProbeReport(
            info.Location, info.Size.Width, info.Size.Height, info.FrameRate?.Value, info.Codec, info.Decoder, info.FrameCount, Kinds.Sources.IsLive(config.Input), milliseconds);
    }

    private static void Print(ProbeReport report, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(report, ProbeJson.Default.ProbeReport));
            return;
        }

        output.WriteLine($"source       {report.Source}");
        output.WriteLine($"size         {report.Width}x{report.Height}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate         {(report.Fps is { } fps ? $"{fps:0.###} frames/s" : "unknown")}"));
        output.WriteLine($"codec        {report.Codec ?? "unknown"}");
        output.WriteLine($"decoder      {report.Decoder ?? "unknown"}");
        output.WriteLine($"frames       {(report.Frames is { } frames ? frames.ToString(CultureInfo.InvariantCulture) : report.Live ? "live" : "unknown")}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first frame  after {report.FirstFrameMs} ms"));
    }
}

/// <summary>What `probe --json` prints.</summary>
internal sealed record ProbeReport(
    string Source, int Width, int Height, double? Fps, string? Codec, string? Decoder, long? Frames, bool Live, double FirstFrameMs);

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProbeReport))]
internal sealed partial class ProbeJson : JsonSerializerContext;
