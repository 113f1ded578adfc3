using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Streaming.EndToEnd.Tests;

/// <summary>What is shipped in deploy/ for services.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string Folder = Path.Combine(Golden.RepositoryRoot(), "deploy");

    [Fact]
    public async Task Service_Unit_IsHardened()
    {
        Assert.SkipWhen(Programs.Find("systemd-analyze") is null, "systemd-analyze is not on this machine");
        var start = new ProcessStartInfo(
            Programs.Find("systemd-analyze")!,
            ["security", "--offline=true", "--no-pager", "--threshold=20", Path.Combine(Folder, "systemd", "streaming.service")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var report = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // The exit code says whether the exposure is above the threshold, in tenths.
        Assert.True(process.ExitCode == 0, report + await errors);
        Assert.Contains("Overall exposure level for streaming.service", report, StringComparison.Ordinal);
    }

    /// <summary>Unit and container name the run file, and send its outputs to the one folder that they may write to.</summary>
    [Theory]
    [InlineData("systemd/streaming.service", "--output %S/streaming", "StateDirectory=streaming")]
    [InlineData("Containerfile", "\"--output\", \"/var/lib/streaming\"", "VOLUME /var/lib/streaming")]
    public async Task Sample_AsShipped_WritesWhereTheServiceMay(string file, string flag, string folder)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, file));
        Assert.All(
            ["/etc/streaming/cameras.yaml", "--resume", flag, folder],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_TimeToStop_IsLongerThanTheProgramsOwnLimit()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, "systemd", "streaming.service"));
        var seconds = int.Parse(Timeout().Match(text).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(seconds, Config.Run.RunSettings.StopTimeout.Usual.TotalSeconds + 5, 90);
    }

    [GeneratedRegex(@"^TimeoutStopSec=(\d+)$", RegexOptions.Multiline)]
    private static partial Regex Timeout();
}
