namespace Streaming.Model.Structures;

/// <summary>Which object of its source a detection shows, over time.</summary>
/// <param name="Id">The same for the same object; no other object of the source has it in the same run.</param>
/// <param name="Age">Time since the object was first seen, by PTS.</param>
/// <param name="Hits">Frames in which it was detected so far.</param>
/// <param name="IsPredicted">
/// Whether the box is where the object is expected, not where it was seen: in frames that a gate kept from the network.
/// </param>
public sealed record TrackInfo(long Id, TimeSpan Age, int Hits, bool IsPredicted = false);
