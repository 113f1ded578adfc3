using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Server.Cameras;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Commands;

/// <summary>`streaming probe`: what a source is, or what is wrong with it.</summary>
internal static class ProbeCommand
{
    private static readonly Setting<TimeSpan> Timeout = new("", SettingTypes.Seconds(0.1, 3600))
    {
        Flags = [new SettingFlag("--timeout")],
        Usual = SourceSettings.OpenTimeout.Usual,
        Help = "Most seconds to wait for a frame.",
    };

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var input = new Argument<string>("SOURCE") { Description = "A video, a picture, an address, usb:0…, as for 'run'." };
        var options = new SettingOptions(
            [SourceSettings.User, SourceSettings.Password, SourceSettings.Transport, SourceSettings.Trust, Timeout]);
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        input.Validators.Add(Unmatched.RefuseOptions);
        var command = new Command(
            "probe", "Opens a source and tells its size, rate, codec, decoder and the time to its first frame, or what is "
                + "wrong with it.");
        command.Arguments.Add(input);
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var values = options.ReadAll(parsed);
            if (RunInputs.TrustErrors(values).FirstOrDefault() is { } error)
            {
                throw new UsageException(error);
            }

            var timeout = values.Get(Timeout);
            var source = values
                .With(SourceSettings.Id, "probe")
                .With(SourceSettings.Input, parsed.GetValue(input)!)
                .With(SourceSettings.OpenTimeout, timeout)
                .With(SourceSettings.ReadTimeout, timeout);
            var config = SourceConfig.From(source, values);
            try
            {
                Print(SourceProbe.Run(config, TimeProvider.System, cancellation), parsed.GetValue(json), terminal.Out);
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

    private static void Print(ProbeReport report, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(report, ProbeJson.Default.ProbeReport));
            return;
        }

        output.WriteLine($"source       {report.Source}");
        output.WriteLine($"size         {report.Width}x{report.Height}");
        var rate = report.Fps is { } fps ? string.Create(CultureInfo.InvariantCulture, $"{fps:0.###} frames/s") : "unknown";
        var frames = report.Frames is { } count ? count.ToString(CultureInfo.InvariantCulture) : report.Live ? "live" : "unknown";
        output.WriteLine($"rate         {rate}");
        output.WriteLine($"codec        {report.Codec ?? "unknown"}");
        output.WriteLine($"decoder      {report.Decoder ?? "unknown"}");
        output.WriteLine($"frames       {frames}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first frame  after {report.FirstFrameMs} ms"));
    }
}
