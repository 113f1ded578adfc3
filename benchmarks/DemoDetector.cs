using Streaming.Model;
using Streaming.Model.Structures;

namespace Streaming.Benchmarks;

/// <summary>The demo model in samples/, on one core: as many work side by side as there are workers.</summary>
internal sealed class DemoDetector : IDisposable
{
    private readonly Detector _detector;

    public DemoDetector()
    {
        _detector = Detector.Load(
            Path.Combine(Folder, "demo.yaml"),
            Path.Combine(Folder, "demo.safetensors"),
            new DetectorOptions { Device = "cpu", Threads = 1 });
    }

    /// <summary>Where the demo model lies.</summary>
    public static string Folder => Path.Combine(Root, "samples");

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The objects in a picture, best first.</summary>
    public IReadOnlyList<Detection> Detect(ImageView picture)
    {
        return _detector.Detect(picture);
    }

    public void Dispose()
    {
        _detector.Dispose();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Streaming.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("The benchmarks run from their build folder inside the repository.");
        }

        return folder.FullName;
    }
}
