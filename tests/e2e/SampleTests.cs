using System.Diagnostics;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.EndToEnd.Tests;

/// <summary>The programs under samples/, as their readers would start them.</summary>
public sealed class SampleTests : IDisposable
{
    private static readonly string Samples = Path.Combine(Golden.RepositoryRoot(), "samples");
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task DetectPicture_WithTheDemosModel_NamesWhatItSeesAsTheCheckpointDoes()
    {
        var (code, _, error) = await CommandLine.RunAsync("generate", _folder.Path, "--images", "1", "--seed", "77");
        Assert.True(code == 0, error);
        var picture = Assert.Single(Directory.EnumerateFiles(_folder.File("images")));
        (code, var output, error) = await RunAsync(
            "DetectPicture", picture, Path.Combine(Samples, "demo.yaml"), Path.Combine(Samples, "demo.safetensors"));
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("car ", StringComparison.Ordinal));
        string[] classes = ["pedestrian", "cyclist", "car", "bus"];
        Assert.All(lines, line => Assert.Contains(line.Split(' ')[0], classes));
    }

    [Fact]
    public async Task DetectPicture_WithoutSuchAModel_SaysSoInOneLine()
    {
        var (code, _, error) = await RunAsync("DetectPicture", "picture.png", _folder.File("no.yaml"));
        Assert.Equal(1, code);
        Assert.Equal($"{_folder.File("no.yaml")}: there is no such configuration file.", error.Trim());
    }

    [Fact]
    public async Task OwnOutput_WithTheDemosVideo_CountsEveryClass()
    {
        var (code, output, error) = await RunAsync(
            "OwnOutput",
            Path.Combine(Samples, "street.mp4"),
            Path.Combine(Samples, "demo.yaml"),
            Path.Combine(Samples, "demo.safetensors"));
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^street.mp4: [1-9][0-9]* frames$", lines[0]);
        Assert.Equal(["bus", "car", "cyclist", "pedestrian"], lines[1..].Select(line => line.Split(' ')[0]));
        Assert.All(lines[1..], line => Assert.NotEqual("0", line.Split(' ')[1]));
    }

    [Fact]
    public async Task OwnSource_WithFramesOfTheDemosVideo_PrintsALineForEach()
    {
        const int count = 3;
        var (frames, size) = ReadFrames(Path.Combine(Samples, "street.mp4"), count);
        string[] arguments =
            [$"{size.Width}x{size.Height}", Path.Combine(Samples, "demo.yaml"), Path.Combine(Samples, "demo.safetensors")];
        var (code, output, error) = await RunAsync("OwnSource", arguments, frames);
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.Contains("pedestrian", line, StringComparison.Ordinal));

        (code, _, error) = await RunAsync("OwnSource", arguments, frames[..^1]);
        Assert.Equal(1, code);
        Assert.Equal(
            $"standard input: the last frame has {frames.Length / count - 1} bytes instead of {frames.Length / count}.",
            error.Trim());
    }

    private static (byte[] Bytes, ImageSize Size) ReadFrames(string video, int count)
    {
        using var pool = new PixelPool();
        using var source = FrameSources.BuiltIn.Open(video, pool);
        var bytes = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            using var frame = source.Read(CancellationToken.None)!;
            bytes.AddRange(frame.Pixels.Span);
        }

        return ([.. bytes], source.Info.Size);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(string sample, params string[] arguments)
    {
        return RunAsync(sample, arguments, []);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string sample, string[] arguments, byte[] input)
    {
        // Beside this project's own output, where it has what it needs and no more.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(own.Parent!.Parent!.FullName, sample, own.Name, $"{sample}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
