using Streaming.Config.Run;

namespace Streaming.Model;

/// <summary>How a detector runs.</summary>
public sealed record DetectorOptions
{
    /// <summary>
    /// "auto" (a GPU if there is one, the default), "cpu", "cuda" or "cuda:N".
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network on the CPU, 1 or more; null takes all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The type of convolutions and matrix products.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Whether detectron2's operations are computed one by one, without shortcuts that change the last digits.</summary>
    public bool IsExact { get; init; }

    /// <summary>
    /// Whether 3x3 convolutions in float32 are computed by Winograd's algorithm on the CPU: less time, more memory, rounding
    /// errors twice as large. A GPU's library chooses by itself, and an exact network is not changed.
    /// </summary>
    public bool UsesWinograd { get; init; }

    /// <summary>"KEY=VALUE" pairs that win over the configuration, such as "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.5".</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
}
