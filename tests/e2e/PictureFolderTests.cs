using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.EndToEnd.Tests;

/// <summary>Folders of pictures of which some are damaged.</summary>
public sealed class PictureFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_FolderWithAPictureCutShort_WritesAnErrorLineAndGoesOn()
    {
        var pictures = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        foreach (var name in new[] { "a.jpg", "b.jpg", "c.jpg" })
        {
            TestVideos.WriteImage(Path.Combine(pictures, name), new ImageSize(48, 64));
        }

        var cut = Path.Combine(pictures, "b.jpg");
        var content = await File.ReadAllBytesAsync(cut);
        await File.WriteAllBytesAsync(cut, content[..(content.Length / 2)]);

        string[] model = ["--config", Golden.File("tiny.yaml"), "--weights", Golden.File("tiny.pkl")];
        var (_, _, error) = await CommandLine.RunAsync(["run", pictures, .. model, "-o", _folder.File("out")]);

        var frames = File.ReadLines(_folder.File("out/pictures.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "frame")
            .ToArray();
        Assert.Equal(["a.jpg", "b.jpg", "c.jpg"], frames.Select(frame => frame.GetProperty("name").GetString()));
        Assert.Equal([false, true, false], frames.Select(frame => frame.TryGetProperty("error", out _)));
        var message = $"{cut}: the picture cannot be decoded: it is cut off.";
        Assert.Equal(message, frames[1].GetProperty("error").GetProperty("message").GetString());
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
