using Streaming.Config.Zoo;

namespace Streaming.Model.Structures;

/// <summary>An object found in a picture or frame.</summary>
/// <param name="Class">The model's class number, from 0.</param>
/// <param name="Category">The class as outputs name it.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">In the picture's pixels.</param>
/// <param name="Mask">In the picture's pixels; null when the model has no masks.</param>
/// <param name="TrackId">The same object in other frames of its source; null without tracking.</param>
public sealed record Detection(int Class, Category Category, float Score, Box Box, Rle? Mask, long? TrackId = null);
