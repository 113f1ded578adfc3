using System.Text;
using Streaming.Model.Structures;

namespace Streaming.EndToEnd.Tests;

/// <summary>Whatever is wrong with the input: one clear sentence, the right exit code, never a stack trace.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class BadInputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static string Config => Golden.File("tiny.yaml");

    private static string Weights => Golden.File("tiny.pkl");

    private string Output => _folder.File("out");

    private string Clip => TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(60, 80));

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task DeviceOrPrecisionThatThereIsNot_IsWrongUse()
    {
        await ExpectAsync(2, "--device gpu is not supported; supported: auto, cpu, cuda, cuda:N.", Clip, "--device", "gpu");
        await ExpectAsync(2, "--precision fp16: float16 is for GPUs;", Clip, "--device", "cpu", "--precision", "fp16");
        await ExpectAsync(
            2,
            "--winograd: is for precision fp32 without exact; leave it out, or --precision bf16.",
            Clip,
            "--winograd",
            "--precision",
            "bf16");
    }

    [Fact]
    public async Task MissingVideo_IsWrongUse()
    {
        var path = _folder.File("no.mp4");
        await ExpectAsync(2, $"{path}: there is no such file or folder.", path);
    }

    [Fact]
    public async Task DamagedAddress_IsWrongUseAndNotRepeated()
    {
        var error = await ExpectAsync(2, "an address that begins with rtsp:// is malformed", "rtsp://joe:top/secret@camera");
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextFileNamedMp4_Fails()
    {
        var path = _folder.File("text.mp4", "Dear diary, today I renamed a file.");
        await ExpectAsync(1, $"{path}: is not a video that can be decoded", path);
    }

    [Fact]
    public async Task TruncatedMp4_FailsAndTheOthersAreStillDone()
    {
        var whole = await File.ReadAllBytesAsync(Clip);
        var path = _folder.File("cut.mp4");
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)]);
        await ExpectAsync(
            1, $"{path}: is not a video that can be decoded: its content is damaged, cut off", path, _folder.File("clip.mp4"));
        Assert.Equal(5, File.ReadLines(Path.Combine(Output, "clip.jsonl")).Count());
    }

    [Fact]
    public async Task ZeroByteCheckpoint_Fails()
    {
        var path = _folder.File("empty.pkl", "");
        await ExpectAsync(1, $"{path}: the checkpoint is empty (0 bytes)", Clip, "--weights", path);
    }

    [Fact]
    public async Task MissingCheckpoint_IsWrongUse()
    {
        await ExpectAsync(2, "--weights nowhere.pkl: there is no such file.", Clip, "--weights", "nowhere.pkl");
    }

    [Fact]
    public async Task HostilePickle_IsRefusedByName()
    {
        var proof = _folder.File("executed");
        var path = _folder.File("hostile.pkl");
        await File.WriteAllBytesAsync(
            path, Encoding.Latin1.GetBytes($"\u0080\u0002cposix\nsystem\n(U{(char)(6 + proof.Length)}touch {proof}tR."));
        await ExpectAsync(1, "asks for 'posix.system', which no checkpoint needs", Clip, "--weights", path);
        Assert.False(File.Exists(proof));
    }

    [Fact]
    public async Task CheckpointOfAnotherArchitecture_ListsWhatDoesNotFit()
    {
        var error = await ExpectAsync(
            1, "the checkpoint does not fit the configuration", Clip, "--set", "MODEL.ROI_HEADS.NUM_CLASSES=7");
        Assert.Matches(@"roi_heads\.box_predictor\.cls_score\.weight: \d+x\d+, the model has 8x\d+", error);
        Assert.Matches(@"roi_heads\.mask_head\.predictor\.weight: \d+x\d+x1x1, the model has 7x\d+x1x1", error);
    }

    [Fact]
    public async Task ConfigWithFiveErrors_ReportsAllFive()
    {
        string[] settings =
        [
            "MODEL.RESNETS.DEPTH=49",
            "MODEL.ROI_HEADS.NAME=StandardRoiHeads",
            "MODEL.ROI_HEADS.SCORE_TRESH_TEST=0.5",
            "TEST.DETECTIONS_PER_IMAGE=-5",
            "MODEL.RPN.NMS_THRESH=2",
        ];
        var error = await ExpectAsync(
            2, "MODEL.RESNETS.DEPTH: 49 is not supported", [Clip, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        Assert.All(settings, setting => Assert.Contains($"{setting.Split('=')[0]}: ", error, StringComparison.Ordinal));
        Assert.Contains("Did you mean 'MODEL.ROI_HEADS.SCORE_THRESH_TEST'?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownFlag_IsWrongUseWithTheNearestOne()
    {
        var error = await ExpectAsync(2, "--wieghts", Clip, "--wieghts", Weights);
        Assert.Contains("Did you mean '--weights'?", error, StringComparison.Ordinal);
        Assert.Contains("streaming run --help", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--batch-size", "0", " is not supported; supported: a whole number from 1 to 1024.")]
    [InlineData("--draw-threshold", "2", " is not supported; supported: a number from 0 to 1.")]
    [InlineData("--threads", "0", " is not supported; supported: a whole number from 1 to 1024.")]
    [InlineData("--classes", "nowhere.txt", ": cannot be read")]
    public async Task ValueOutOfRange_IsWrongUse(string option, string value, string expected)
    {
        await ExpectAsync(2, $"{option} {value}{expected}", Clip, option, value);
    }

    [Fact]
    public async Task CertificatesThatCannotBeRead_AreWrongUse()
    {
        await ExpectAsync(2, "--trust nowhere.pem: cannot be read: ", "rtsps://127.0.0.1/x", "--trust", "nowhere.pem");
        var text = _folder.File("note.txt", "no certificate");
        await ExpectAsync(
            2,
            $"--trust {text}: holds no certificate; it must hold text from '-----BEGIN CERTIFICATE-----' on, or say 'any'.",
            "rtsps://127.0.0.1/x",
            "--trust",
            text);
    }

    [Fact]
    public async Task NoWritePermission_SaysSo()
    {
        Directory.CreateDirectory(Output);
        string[] wrapper = [];
        if (Environment.IsPrivilegedProcess)
        {
            // Root may write everywhere: run as a user who may not.
            Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is missing, and root may write everywhere");
            Assert.SkipUnless(IsReadableByAll(AppContext.BaseDirectory), "other users cannot run these tests' program");
            wrapper = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        }
        else
        {
            File.SetUnixFileMode(Output, (UnixFileMode)Convert.ToInt32("555", 8));
        }

        var (code, error) = await CommandLine.RunProcessAsync(wrapper, "run", Clip, "-c", Config, "-w", Weights, "-o", Output);
        Assert.Contains("may not be written: permission denied.", error, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task FullDisk_SaysSoAndLeavesWholeLines()
    {
        // A small disk of its own, in a mount namespace; what is on it is copied out for a look before it goes.
        Directory.CreateDirectory(Output);
        var clip = TestVideos.Write(_folder.File("long.mp4"), 200, new ImageSize(240, 320));
        var script = $"mount -t tmpfs -o size=256k tmpfs '{Output}' && (dotnet '{CommandLine.Program}' run '{clip}' -c "
            + $"'{Config}' -w '{Weights}' -o '{Output}'; code=$?; cp '{Output}/long.jsonl' '{_folder.File("copy.jsonl")}'; "
            + "exit $code)";
        var (probe, _) = await RunAsync("unshare", "-rm", "true");
        Assert.SkipUnless(probe == 0, "this machine allows no mount namespaces");
        var (code, error) = await RunAsync("unshare", "-rm", "sh", "-c", script);
        Assert.Contains("long.jsonl: cannot be written: the disk is full.", error, StringComparison.Ordinal);
        Assert.Equal(1, code);
        Assert.EndsWith("}\n", await File.ReadAllTextAsync(_folder.File("copy.jsonl")), StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> RunAsync(string program, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    private static bool IsReadableByAll(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs with the reduced model unless the arguments name other weights, and checks code, message and form.</summary>
    private async Task<string> ExpectAsync(int expectedCode, string expected, params string[] arguments)
    {
        string[] weights = arguments.Contains("--weights") ? [] : ["--weights", Weights];
        var (code, _, error) = await CommandLine.RunAsync(
            ["run", .. arguments, "--config", Config, "--output", Output, .. weights]);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(expectedCode, code);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }
}
