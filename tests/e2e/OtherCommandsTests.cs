using Streaming.Config.Zoo;

namespace Streaming.EndToEnd.Tests;

public sealed class OtherCommandsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Doctor_OnThisMachine_FindsWhatTheTestsUse()
    {
        var (code, output, _) = await CommandLine.RunAsync("doctor");
        Assert.Equal(0, code);
        Assert.Contains("ok       libtorch    2.", output, StringComparison.Ordinal);
        Assert.Contains("ok       OpenCV      4.", output, StringComparison.Ordinal);
        Assert.Contains("GStreamer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WeightsInspect_Checkpoint_ListsItsArrays()
    {
        var (code, output, error) = await CommandLine.RunAsync("weights", "inspect", Golden.File("tiny.pkl"));
        Assert.Equal(0, code);
        Assert.Contains("backbone.bottom_up.stem.conv1.weight\tfloat32\t16x3x7x7", output, StringComparison.Ordinal);
        Assert.Contains("pickle, protocol 3", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WeightsConvert_ThenInspect_HasTheSameArrays()
    {
        var output = _folder.File("tiny.safetensors");
        Assert.Equal(0, (await CommandLine.RunAsync("weights", "convert", Golden.File("tiny.pth"), output)).Code);
        Assert.Equal(
            (await CommandLine.RunAsync("weights", "inspect", Golden.File("tiny.pth"))).Output,
            (await CommandLine.RunAsync("weights", "inspect", output)).Output);
    }

    [Fact]
    public async Task WeightsConvert_ToAnotherFormat_IsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync("weights", "convert", Golden.File("tiny.pkl"), _folder.File("out.pth"));
        Assert.Equal(2, code);
        Assert.Contains("must end with .safetensors", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WeightsFetch_FromALocalServer_DownloadsIntoTheCache()
    {
        var (certificate, authority) = TestCertificate.FromAuthority();
        using var own = certificate;
        using var trusted = authority;
        using var server = new TlsFileServer(own, await File.ReadAllBytesAsync(Golden.File("tiny.pkl")));
        var model = ModelZoo.Models[0];
        var start = new System.Diagnostics.ProcessStartInfo(
            "dotnet", [CommandLine.Program, "weights", "fetch", model.Name, "--from", server.Root.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_CACHE_HOME"] = _folder.Path;
        start.Environment["SSL_CERT_FILE"] = _folder.File("authority.pem", trusted.ExportCertificatePem());
        using var process = System.Diagnostics.Process.Start(start)!;
        var path = (await process.StandardOutput.ReadToEndAsync()).Trim();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
        Assert.StartsWith(_folder.Path, path, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(Golden.File("tiny.pkl")), await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task WeightsFetch_NotEncrypted_IsWrongUse()
    {
        using var server = new FileServer();
        var (code, _, error) = await CommandLine.RunAsync(
            "weights", "fetch", ModelZoo.Models[0].Name, "--from", server.Root.AbsoluteUri);
        Assert.Equal(2, code);
        Assert.Contains("checkpoints are fetched over https only", error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task WeightsFetch_UnknownName_SuggestsTheNearest()
    {
        var (code, _, error) = await CommandLine.RunAsync("weights", "fetch", "mask_rcnn_R_50_FPN_4x");
        Assert.Equal(2, code);
        Assert.Contains("Did you mean 'mask_rcnn_R_50_FPN_3x'?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ShippedConfigWithoutWeights_SaysHowToGetThem()
    {
        var picture = TestVideos.WriteImage(_folder.File("a.png"), new(20, 20));
        var start = new System.Diagnostics.ProcessStartInfo(
            "dotnet", [CommandLine.Program, "run", picture, "-o", _folder.File("out")])
        {
            RedirectStandardError = true,
        };
        start.Environment["XDG_CACHE_HOME"] = _folder.Path;
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("run 'streaming weights fetch mask_rcnn_R_50_FPN_3x'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithAnExistingLibtorch_LoadsThatOne()
    {
        // A folder of links stands for another installation.
        var folder = Directory.CreateDirectory(_folder.File("torch/lib")).FullName;
        var packaged = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        Assert.SkipUnless(File.Exists(Path.Combine(packaged, "libtorch.so")), "this build carries no libtorch");
        foreach (var library in Directory.EnumerateFiles(packaged, "lib*").Where(
            path => !path.Contains("TorchSharp", StringComparison.Ordinal)))
        {
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(library)), library);
        }

        var (code, output) = await DoctorAsync(folder);
        Assert.Contains($" in {folder}, ", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Doctor_WithAFolderThatHoldsNoLibtorch_SaysSo()
    {
        var (code, output) = await DoctorAsync(_folder.Path);
        Assert.Contains(
            $"PROBLEM  libtorch    STREAMING_LIBTORCH={_folder.Path}: there is no libtorch_cpu.so in this folder",
            output,
            StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    private static async Task<(int Code, string Output)> DoctorAsync(string libtorch)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [CommandLine.Program, "doctor"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["STREAMING_LIBTORCH"] = libtorch;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
