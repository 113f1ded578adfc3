using Streaming.Model.Structures;

namespace Streaming.Stages.Live;

/// <summary>A size in which pictures are shown to viewers, and how often.</summary>
/// <param name="Name">As viewers ask for it.</param>
/// <param name="Limit">Most pixels; a smaller picture is not enlarged.</param>
/// <param name="Rate">Most pictures a second.</param>
internal sealed record LiveSize(string Name, ImageSize Limit, int Rate)
{
    /// <summary>One of many on a wall.</summary>
    public static LiveSize Tile { get; } = new("tile", new ImageSize(360, 640), 10);

    /// <summary>One camera alone.</summary>
    public static LiveSize Full { get; } = new("full", new ImageSize(720, 1280), 15);

    /// <summary>All sizes; their order is that of a feed's channels.</summary>
    public static IReadOnlyList<LiveSize> All { get; } = [Tile, Full];

    /// <summary>The size of that name, or null.</summary>
    public static LiveSize? Find(string? name)
    {
        return All.FirstOrDefault(size => size.Name == name);
    }

    /// <summary>The size of the picture that is shown of a frame: within the limit, with the frame's proportions.</summary>
    public ImageSize Fit(ImageSize frame)
    {
        var scale = Math.Min(1, Math.Min((double)Limit.Height / frame.Height, (double)Limit.Width / frame.Width));
        return new ImageSize(
            Math.Max(1, (int)Math.Round(frame.Height * scale)), Math.Max(1, (int)Math.Round(frame.Width * scale)));
    }
}
