using System.Numerics;

namespace Streaming.Scenes;

/// <summary>A line along which objects move one behind the other, round and round, so that they never meet.</summary>
/// <param name="Start">Where it begins, out of sight.</param>
/// <param name="Heading">See <see cref="Pose.Heading"/>.</param>
/// <param name="Length">In metres.</param>
/// <param name="Speed">In metres a second.</param>
internal sealed record Lane(Vector3 Start, float Heading, float Length, float Speed)
{
    /// <summary>Where something is.</summary>
    /// <param name="place">Where it was at the beginning, metres along the lane.</param>
    /// <param name="aside">Metres to the right of the line.</param>
    /// <param name="seconds">Since the beginning.</param>
    public Pose At(float place, float aside, double seconds)
    {
        var along = (float)((place + (Speed * seconds)) % Length);
        return new Pose(new Pose(Start, Heading).At(aside, 0, along), Heading);
    }

    /// <summary>How often something has come to the end and begun anew.</summary>
    /// <param name="place">Where it was at the beginning, metres along the lane.</param>
    /// <param name="seconds">Since the beginning.</param>
    public long Rounds(float place, double seconds)
    {
        var way = place + (Speed * seconds);
        return (long)Math.Round((way - (way % Length)) / Length);
    }
}

/// <summary>Something that moves.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Look">What it looks like.</param>
/// <param name="Lane">Its line.</param>
/// <param name="Place">Where it starts on it.</param>
/// <param name="Aside">Metres beside the line.</param>
/// <param name="Phase">Of its steps, in radians.</param>
internal sealed record Actor(StreetKind Kind, Look Look, Lane Lane, float Place, float Aside, float Phase)
{
    /// <summary>Where it is.</summary>
    public Pose At(double seconds)
    {
        return Lane.At(Place, Aside, seconds);
    }

    /// <summary>Draws it.</summary>
    public void Draw(Painter painter, double seconds)
    {
        var (pose, stride) = (At(seconds), Phase + (float)(seconds * Lane.Speed * 4.2));
        switch (Kind)
        {
            case StreetKind.Car:
                Vehicles.Car(painter, pose, Look);
                break;
            case StreetKind.Bus:
                Vehicles.Bus(painter, pose, Look);
                break;
            case StreetKind.Truck:
                Vehicles.Truck(painter, pose, Look);
                break;
            case StreetKind.Cyclist:
                Figures.Cyclist(painter, pose, Look, stride * 0.35f);
                break;
            case StreetKind.Dog:
                Figures.Dog(painter, pose, Look, stride * 1.5f);
                break;
            default:
                Figures.Pedestrian(painter, pose, Look, stride);
                break;
        }
    }
}
