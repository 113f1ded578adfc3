using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Streaming.Architecture.Tests;

/// <summary>What the product is made of is known to the last byte.</summary>
public sealed partial class SupplyChainTests : IDisposable
{
    private static readonly string Root = Golden.RepositoryRoot();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Projects_OfTheSolution_LockTheirPackagesWithHashes()
    {
        string[] projects =
            [.. ProjectPath().Matches(Repository.Read("Streaming.sln")).Select(match => match.Groups["path"].Value)];
        Assert.NotEmpty(projects);
        Assert.All(projects, project =>
        {
            var path = Path.Combine(Root, Path.GetDirectoryName(project.Replace('\\', '/'))!, "packages.lock.json");
            Assert.True(File.Exists(path), $"{path}: is missing: 'dotnet restore' makes it; commit it.");
            using var file = JsonDocument.Parse(File.ReadAllText(path));
            var packages = file.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Where(package => package.Value.GetProperty("type").GetString() != "Project")
                .ToList();
            Assert.NotEmpty(packages);
            Assert.All(packages, package => Assert.NotEmpty(package.Value.GetProperty("contentHash").GetString()!));
        });
    }

    [Fact]
    public void Containerfile_BaseImages_ComeFromTheListAlone()
    {
        var stages = BaseImage().Matches(Repository.Read("deploy/Containerfile")).Select(match => match.Groups["image"].Value);
        Assert.Equal(["${SDK}", "${RUNTIME}"], stages);
    }

    [Theory]
    [InlineData("registry.example/sdk:10.0", null)]
    [InlineData("registry.example/sdk:10.0@sha256:12", null)]
    [InlineData("registry.example/sdk:10.0@md5:0123456789abcdef0123456789abcdef", null)]
    [InlineData("", null)]
    [InlineData("registry.example/sdk:10.0@sha256:", 'a')]
    public void BuildImage_BaseImageWithoutDigest_IsRefused(string image, char? digit)
    {
        var isGood = digit is not null;
        var pinned = $"registry.example/runtime:10.0@sha256:{new string('b', 64)}";
        image += digit is { } hexadecimal ? new string(hexadecimal, 64) : "";
        var images = _folder.File("base-images", $"SDK={image}\nRUNTIME={pinned}\n");
        var start = new ProcessStartInfo("bash", [Path.Combine(Root, "deploy", "build-image")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // What the builder would be called with is printed.
            Environment = { ["BASE_IMAGES"] = images, ["PODMAN"] = "echo" },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(isGood ? 0 : 2, process.ExitCode);
        Assert.Equal(isGood, output.Contains($"--build-arg SDK={image} --build-arg RUNTIME={pinned}", StringComparison.Ordinal));
        Assert.Equal(!isGood, error.Contains("has no digest", StringComparison.Ordinal));
    }

    [GeneratedRegex("""(?<path>[^"]+\.csproj)""")]
    private static partial Regex ProjectPath();

    [GeneratedRegex(@"(?m)^FROM (?<image>\S+)")]
    private static partial Regex BaseImage();
}
