using Streaming.Model.Structures;

namespace Streaming.Stages.Track;

/// <summary>What a tracker is told of a detection.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Class">A track never takes a detection of another class.</param>
/// <param name="Mask">Null when there is none.</param>
internal readonly record struct Observation(TrackBox Box, double Score, int Class, Rle? Mask = null);
