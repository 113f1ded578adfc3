using System.Numerics;

namespace Streaming.Scenes;

/// <summary>Where an object stands and where it looks.</summary>
/// <param name="Position">Its middle on the ground.</param>
/// <param name="Heading">0 away from the camera, π towards it, π/2 to the right.</param>
internal readonly record struct Pose(Vector3 Position, float Heading)
{
    private Vector3 Forward => new(MathF.Sin(Heading), 0, MathF.Cos(Heading));

    private Vector3 Right => new(MathF.Cos(Heading), 0, -MathF.Sin(Heading));

    /// <summary>A point of the object in the world.</summary>
    /// <param name="right">Metres to the object's right.</param>
    /// <param name="up">Metres above the ground.</param>
    /// <param name="forward">Metres ahead.</param>
    public Vector3 At(float right, float up, float forward)
    {
        return Position + (Right * right) + (Forward * forward) + new Vector3(0, up, 0);
    }
}
