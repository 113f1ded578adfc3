using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;
using Streaming.Scenes;

namespace Streaming.Cli.Commands;

/// <summary>`streaming generate`: a data set or a video of drawn streets, for tries, tests and the demo model.</summary>
internal static class GenerateCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var output = new Argument<string>("OUTPUT") { Description = "A folder for a data set in COCO's format, or a video (.mp4)." };
        var images = new Option<int>("--images") { Description = "Pictures of the data set, each of another street.", DefaultValueFactory = _ => 100 };
        var frames = new Option<int>("--frames") { Description = "Frames of the video, 15 a second.", DefaultValueFactory = _ => 150 };
        var seed = new Option<long>("--seed") { Description = "Which streets; the same seed gives the same ones.", DefaultValueFactory = _ => 1 };
        var size = new Option<string>("--size") { Description = "Of the pictures.", HelpName = "WIDTHxHEIGHT", DefaultValueFactory = _ => "640x360" };
        var classes = new Option<string>("--classes")
        {
            Description = $"What may be seen, in the order of the classes: {string.Join(',', Enum.GetNames<StreetKind>()).ToLowerInvariant()}.",
            DefaultValueFactory = _ => string.Join(',', StreetAddress.DemoKinds).ToLowerInvariant(),
        };
        output.Validators.Add(Unmatched.RefuseOptions);
        var command = new Command("generate", "Draws streets with cars, buses, cyclists and pedestrians: a data set with exact masks, or a video.") { output, images, frames, seed, size, classes };
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            if (OpenCv.MissingLibrary is { } missing)
            {
                throw new EmitException(missing);
            }

            var (text, names) = (parsed.GetValue(size)!, parsed.GetValue(classes)!);
            var pixels = StreetAddress.ParseSize(text) ?? throw new UsageException($"--size {text}: supported: WIDTHxHEIGHT from 64x64 to 8192x8192, for example 640x360.");
            var kinds = StreetAddress.ParseKinds(names)
                ?? throw new UsageException($"--classes {names}: supported: some of {string.Join(',', Enum.GetNames<StreetKind>()).ToLowerInvariant()}, each once.");
            var (path, count) = (parsed.GetValue(output)!, parsed.GetValue(images));
            if (Path.GetExtension(path) is ".mp4" or ".mkv")
            {
                WriteVideo(path, $"{StreetAddress.Prefix}?seed={parsed.GetValue(seed)}&size={text}&frames={AtLeastOne(parsed.GetValue(frames), "--frames")}&kinds={names}", cancellation);
                terminal.Out.WriteLine($"{path}: {parsed.GetValue(frames)} frames");
                return ExitCode.Done;
            }

            var objects = StreetDataset.Write(path, AtLeastOne(count, "--images"), parsed.GetValue(seed), pixels, kinds, _ => { }, cancellation);
            terminal.Out.WriteLine($"{path}: {count} pictures, {string.Join(", ", objects.Select(item => $"{item.Value} {item.Key.ToString().ToLowerInvariant()}"))}");
            return ExitCode.Done;
        }));
        return command;
    }

    private static int AtLeastOne(int value, string option)
    {
        return value is >= 1 and <= 1_000_000 ? value : throw new UsageException($"{option} {value}: supported: 1 to 1000000.");
    }

    private static void WriteVideo(string path, string address, CancellationToken cancellationToken)
    {
        using var pool = new PixelPool();
        using var source = StreetSource.Open(address, new SourceContext("street", pool, TimeProvider.System));
        using IFrameSink sink = H264Encoder.Name is null ? new VideoFileSink(path, source.Info) : new H264VideoSink(path, source.Info);
        var annotator = new Annotator(pool, 1);
        var count = 0L;
        while (source.Read(cancellationToken) is { } frame)
        {
            using var output = new OutputFrame(frame, new FrameResult(frame.Identity, source.Info.Size, FrameOutcome.Ok, [], default), annotator);
            sink.Write(output);
            count++;
        }

        sink.Complete(new StreamSummary(StreamEnd.Eof, null, count, count, new Dictionary<string, long>(), new Dictionary<string, long>()));
    }
}
