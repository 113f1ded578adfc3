using Streaming.Model;

namespace Streaming.Training;

/// <summary>How to train a network, beyond what the configuration says.</summary>
internal sealed record TrainerOptions
{
    /// <summary>Where checkpoints and logs go.</summary>
    public required string Folder { get; init; }

    /// <summary>A checkpoint to start from; null draws all weights at random.</summary>
    public WeightsSource? Weights { get; init; }

    /// <summary>Whether the layers that depend on the classes begin anew where the checkpoint's have another shape.</summary>
    public bool IsForNewClasses { get; init; }

    /// <summary>Whether to resume from the folder's last checkpoint.</summary>
    public bool Resumes { get; init; }

    /// <summary>Pictures to evaluate on, or null.</summary>
    public ValidationSet? Validation { get; init; }

    /// <summary>Device and threads.</summary>
    public DetectorOptions Device { get; init; } = new();
}
