namespace Streaming.Stages.Track;

/// <summary>
/// A Kalman filter of one coordinate that moves at constant velocity; one step is the unit of time. The filters of both trackers
/// never mix coordinates (their matrices are diagonal but for position and velocity), so an 8 by 8 covariance is four of these.
/// </summary>
internal struct AxisFilter
{
    /// <summary>The estimate.</summary>
    public double Position;

    /// <summary>Its change in a step.</summary>
    public double Velocity;

    /// <summary>Variance of the position.</summary>
    public double PositionVariance;

    /// <summary>Covariance of position and velocity.</summary>
    public double Covariance;

    /// <summary>Variance of the velocity; 0 for a coordinate that has none.</summary>
    public double VelocityVariance;

    /// <summary>A coordinate that was measured for the first time.</summary>
    public static AxisFilter Start(double position, double positionVariance, double velocityVariance)
    {
        return new AxisFilter
        {
            Position = position,
            PositionVariance = positionVariance,
            VelocityVariance = velocityVariance,
        };
    }

    /// <summary>A step passes.</summary>
    /// <param name="positionNoise">Variance that it adds to the position.</param>
    /// <param name="velocityNoise">Variance that it adds to the velocity.</param>
    public void Predict(double positionNoise, double velocityNoise)
    {
        Position += Velocity;
        PositionVariance += (2 * Covariance) + VelocityVariance + positionNoise;
        Covariance += VelocityVariance;
        VelocityVariance += velocityNoise;
    }

    /// <summary>The coordinate is measured.</summary>
    /// <param name="measured">The value.</param>
    /// <param name="noise">Its variance, above 0.</param>
    public void Update(double measured, double noise)
    {
        var (total, error) = (PositionVariance + noise, measured - Position);
        Position += PositionVariance / total * error;
        Velocity += Covariance / total * error;
        VelocityVariance -= Covariance * Covariance / total;
        PositionVariance *= noise / total;
        Covariance *= noise / total;
    }
}
