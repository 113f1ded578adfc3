using Streaming.Config.Zoo;

namespace Streaming.Stages.Zones;

/// <summary>An object of a source.</summary>
/// <param name="First">When it was first seen.</param>
/// <param name="Category">The class that it had then, which it keeps.</param>
/// <param name="Last">When it was last seen.</param>
internal sealed record SeenObject(Moment First, Category Category, Sighting Last);
