using Streaming.Config.Zoo;

namespace Streaming.Model.Structures;

/// <summary>An object found in a picture or frame.</summary>
/// <param name="Class">The model's class number, from 0.</param>
/// <param name="Category">The class as outputs name it.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">In the picture's pixels.</param>
/// <param name="Mask">In the picture's pixels; null when the model has no masks.</param>
/// <param name="Track">Which object it is; null without tracking, and for what no track has taken up.</param>
public sealed record Detection(int Class, Category Category, float Score, Box Box, Rle? Mask, TrackInfo? Track = null);
