using Streaming.Model.Structures;

namespace Streaming.Scenes;

/// <summary>What may be seen in a drawn street.</summary>
internal enum StreetKind
{
    /// <summary>Somebody on foot.</summary>
    Pedestrian,

    /// <summary>A bicycle with its rider.</summary>
    Cyclist,

    /// <summary>A car.</summary>
    Car,

    /// <summary>A bus.</summary>
    Bus,

    /// <summary>A truck.</summary>
    Truck,

    /// <summary>A dog.</summary>
    Dog,
}

/// <summary>An object of a drawn picture.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mask">Its visible pixels.</param>
/// <param name="Id">
/// The same as long as it is the same object, from 1. What reaches the end of its way and comes again is another object.
/// </param>
/// <param name="Visible">The share of its pixels in the picture that nothing hides, 0 to 1.</param>
internal sealed record StreetObject(StreetKind Kind, Rle Mask, long Id, double Visible);
