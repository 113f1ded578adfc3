using System.Diagnostics;

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
            picture, Path.Combine(Samples, "demo.yaml"), Path.Combine(Samples, "demo.safetensors"));
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("car ", StringComparison.Ordinal));
        string[] classes = ["pedestrian", "cyclist", "car", "bus"];
        Assert.All(lines, line => Assert.Contains(line.Split(' ')[0], classes));
    }

    [Fact]
    public async Task DetectPicture_WithoutSuchAModel_SaysSoInOneLine()
    {
        var (code, _, error) = await RunAsync("picture.png", _folder.File("no.yaml"));
        Assert.Equal(1, code);
        Assert.Equal($"{_folder.File("no.yaml")}: there is no such configuration file.", error.Trim());
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        // Beside this project's own output, where it has what it needs and no more.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(own.Parent!.Parent!.FullName, "DetectPicture", own.Name, "DetectPicture.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }
}
