using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Streaming.EndToEnd.Tests;

/// <summary>The packages, used as a stranger would use them.</summary>
[Trait("Category", "Slow")]
public sealed partial class PackagesTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private static readonly string Root = Golden.RepositoryRoot();
    private static readonly string Samples = Path.Combine(Root, "samples");

    [Fact]
    public void Pack_Solution_PacksTheLibrariesAlone()
    {
        string[] libraries = ["Config", "Model", "Pipeline", "Server", "Stages"];

        var packed = Directory.GetFiles(feed.Libraries, "*.nupkg").Select(file => Version().Replace(Path.GetFileName(file), ""));

        Assert.Equal(libraries.Select(name => $"Streaming.{name}"), packed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pack_Library_HasReadmeLicenceDocumentationAndSymbols()
    {
        foreach (var path in Directory.GetFiles(feed.Libraries, "*.nupkg"))
        {
            var name = Version().Replace(Path.GetFileName(path), "");
            using var package = ZipFile.OpenRead(path);
            using var symbols = ZipFile.OpenRead(Path.ChangeExtension(path, ".snupkg"));
            string[] files = [.. package.Entries.Select(entry => entry.FullName)];

            Assert.Contains("README.md", files);
            Assert.Contains($"lib/net10.0/{name}.xml", files);
            Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{name}.pdb");
            using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
            var texts = XDocument.Load(nuspec)
                .Descendants()
                .ToLookup(element => element.Name.LocalName, element => element.Value);
            Assert.Equal("Apache-2.0", texts["license"].Single());
            Assert.NotEqual("Package Description", texts["description"].Single());
        }
    }

    [Fact]
    public void Pack_Library_IsTheSameWhereverItIsBuilt()
    {
        foreach (var path in Directory.GetFiles(feed.Libraries, "*.snupkg"))
        {
            using var symbols = ZipFile.OpenRead(path);
            using var copy = new MemoryStream();
            using (var file = symbols.Entries.Single(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)).Open())
            {
                file.CopyTo(copy);
            }

            copy.Position = 0;
            using var provider = MetadataReaderProvider.FromPortablePdbStream(copy);
            var reader = provider.GetMetadataReader();
            string[] sources = [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];

            Assert.Contains(sources, source => source.StartsWith("/_/", StringComparison.Ordinal));
            Assert.DoesNotContain(sources, source => source.StartsWith(Root, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Tool_InstalledFromTheFeed_RunsTheSample()
    {
        feed.Run("dotnet", "tool", "install", "streaming", "--tool-path", "bin");
        var tool = Path.Combine(feed.Folder, "bin", "streaming");

        Assert.Contains("Usage:", feed.Run(tool, "--help"), StringComparison.Ordinal);
        feed.Run(
            tool,
            "run", Path.Combine(Samples, "street.mp4"), "--config", Path.Combine(Samples, "demo.yaml"),
            "--end", "0.2", "--output", "results");

        var lines = File.ReadAllLines(Path.Combine(feed.Folder, "results", "street.jsonl"));
        Assert.Contains(lines, line => line.Contains("\"segmentation\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Libraries_ReferredToByAProgram_DetectOnePicture()
    {
        var sample = Path.Combine(Samples, "detect-picture");
        var project = File.ReadAllText(Path.Combine(sample, "DetectPicture.csproj"))
            .Replace(
                "<OutputType>",
                "<TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><OutputType>",
                StringComparison.Ordinal);
        var version = Version().Match(Path.GetFileName(Directory.GetFiles(feed.Libraries, "*.nupkg")[0])).Groups[1].Value;
        File.Copy(Path.Combine(sample, "Program.cs"), Path.Combine(feed.Folder, "Program.cs"));
        File.WriteAllText(
            Path.Combine(feed.Folder, "DetectPicture.csproj"),
            ProjectReference().Replace(project, $"""<PackageReference Include="$1" Version="{version}" />"""));

        var output = feed.Run(
            "dotnet", "run", "-v", "quiet", "--",
            Path.Combine(Root, "docs", "demo.png"),
            Path.Combine(Samples, "demo.yaml"),
            Path.Combine(Samples, "demo.safetensors"));

        Assert.Matches(@"\w+ [01][.,]\d\d .* pixels", output);
    }

    /// <summary>The end of a package's file name.</summary>
    [GeneratedRegex(@"\.(\d+\.\d+\.\d+)\.nupkg$")]
    private static partial Regex Version();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*/([\w.]+)\.csproj"" />")]
    private static partial Regex ProjectReference();
}
