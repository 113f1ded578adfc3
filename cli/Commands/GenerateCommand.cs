using System.CommandLine;
using System.Globalization;
using Streaming.Cli.Display;
using Streaming.Config.Settings;
using Streaming.Scenes;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Commands;

/// <summary>`streaming generate`: a data set or a video of drawn streets, for tries, tests and the demo model.</summary>
internal static class GenerateCommand
{
    private static readonly string AllKinds = string.Join(',', Enum.GetNames<StreetKind>()).ToLowerInvariant();

    private static readonly Setting<int> Images = new("", SettingTypes.Whole(1, 1_000_000))
    {
        Flags = [new SettingFlag("--images")],
        Usual = 100,
        Help = "Pictures of the data set, each of another street.",
    };

    private static readonly Setting<int> Frames = new("", SettingTypes.Whole(1, 1_000_000))
    {
        Flags = [new SettingFlag("--frames")],
        Usual = 150,
        Help = "Frames of the video, 15 a second.",
    };

    private static readonly Setting<long> Seed = new("", SettingTypes.Seed)
    {
        Flags = [new SettingFlag("--seed")],
        Usual = 1,
        Help = "Which streets; the same seed gives the same ones.",
    };

    private static readonly Setting<string> Size = new(
        "",
        SettingTypes.Text(
            "WIDTHxHEIGHT",
            "WIDTHxHEIGHT from 64x64 to 8192x8192, for example 640x360",
            text => StreetAddress.ParseSize(text) is not null))
    {
        Flags = [new SettingFlag("--size")],
        Usual = "640x360",
        Help = "Size of the pictures.",
    };

    private static readonly Setting<string> Classes = new(
        "", SettingTypes.Text("LIST", $"some of {AllKinds}, each once", text => StreetAddress.ParseKinds(text) is not null))
    {
        Flags = [new SettingFlag("--classes")],
        Usual = string.Join(',', StreetAddress.DemoKinds).ToLowerInvariant(),
        Help = $"What may be seen, in the order of the classes: some of {AllKinds}.",
    };

    private static readonly Setting<double> Busy = new("", SettingTypes.Number(0, 1))
    {
        Flags = [new SettingFlag("--busy")],
        Usual = 1,
        Help = "The share of the traffic that comes, from 0 (nobody) to 1.",
    };

    private static readonly Setting<bool> Tracks = new("", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--tracks")],
        Usual = false,
        Help = "With a video: also write its objects' tracks beside it, as MOTChallenge's ground truth (.txt).",
    };

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var output = new Argument<string>("OUTPUT")
        {
            Description = "A folder for a data set in COCO's format, or a video (.mp4).",
        };
        var options = new SettingOptions([Images, Frames, Seed, Size, Classes, Busy, Tracks]);
        output.Validators.Add(Unmatched.RefuseOptions);
        var command = new Command(
            "generate", "Draws streets with cars, buses, cyclists and pedestrians: a data set with exact masks, or a video.");
        command.Arguments.Add(output);
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
            Task.Run(() => Execute(parsed.GetValue(output)!, options.ReadAll(parsed), terminal, cancellation)));
        return command;
    }

    private static int Execute(string path, SettingValues values, Terminal terminal, CancellationToken cancellationToken)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new EmitException(missing);
        }

        var address = string.Create(
            CultureInfo.InvariantCulture,
            $"{StreetAddress.Prefix}?seed={values.Get(Seed)}&size={values.Get(Size)}&frames={values.Get(Frames)}"
            + $"&kinds={values.Get(Classes)}&busy={values.Get(Busy):F17}");
        var street = StreetAddress.Parse(address);
        if (Path.GetExtension(path) is ".mp4" or ".mkv")
        {
            WriteVideo(path, address, cancellationToken);
            terminal.Out.WriteLine($"{path}: {street.Frames} frames");
            if (values.Get(Tracks))
            {
                var truth = Path.ChangeExtension(path, ".txt");
                var frames = StreetTracks.Of(street.Open(), StreetSource.AssumedRate, street.Frames!.Value);
                terminal.Out.WriteLine($"{truth}: {StreetTracks.Write(truth, frames, street.Kinds, cancellationToken)} objects");
            }

            return ExitCode.Done;
        }

        if (values.Get(Tracks))
        {
            throw new UsageException("--tracks: goes with a video (.mp4, .mkv), not with a data set.");
        }

        var images = values.Get(Images);
        var objects = StreetDataset.Write(path, images, street, _ => { }, cancellationToken);
        var counts = string.Join(", ", objects.Select(item => $"{item.Value} {item.Key.ToString().ToLowerInvariant()}"));
        terminal.Out.WriteLine($"{path}: {images} pictures, {counts}");
        return ExitCode.Done;
    }

    private static void WriteVideo(string path, string address, CancellationToken cancellationToken)
    {
        using var pool = new PixelPool();
        using var source = StreetSource.Open(address, new SourceContext("street", pool, TimeProvider.System));
        using IFrameSink sink = H264Encoder.Name is null
            ? new VideoFileSink(path, source.Info)
            : new H264VideoSink(path, source.Info);
        var count = 0L;
        while (source.Read(cancellationToken) is { } frame)
        {
            using var output = new OutputFrame(frame, new FrameResult(frame.Identity, source.Info.Size, []));
            sink.Write(output);
            count++;
        }

        sink.Complete(
            new StreamSummary(StreamEnd.Eof, null, count, count, new Dictionary<string, long>(), new Dictionary<string, long>()));
    }
}
