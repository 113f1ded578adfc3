namespace Streaming.Cli.Doctor;

/// <summary>How something is that was looked at.</summary>
internal enum FindingKind
{
    /// <summary>It is there.</summary>
    Good,

    /// <summary>It is missing, and not everybody needs it.</summary>
    Optional,

    /// <summary>Nothing works without it.</summary>
    Problem,
}

/// <summary>Something that was looked at.</summary>
/// <param name="Kind">How it is.</param>
/// <param name="Name">For example "GStreamer".</param>
/// <param name="Text">What was found, or how to get it.</param>
internal sealed record Finding(FindingKind Kind, string Name, string Text);
