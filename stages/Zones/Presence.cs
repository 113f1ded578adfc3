using Streaming.Config.Run.Zones;
using Streaming.Config.Zoo;

namespace Streaming.Stages.Zones;

/// <summary>
/// An object at a zone. It is inside or outside; seen on the other side often enough, or for long enough, it has changed sides,
/// namely when it was first seen there.
/// </summary>
/// <param name="config">The zone.</param>
internal sealed class Presence(ZoneConfig config)
{
    private Moment _otherSide;
    private int _timesOnOtherSide;

    /// <summary>Whether it is inside.</summary>
    public bool IsInside { get; private set; }

    /// <summary>When it was first seen inside.</summary>
    public Moment Entered { get; private set; }

    /// <summary>The last time that it was seen.</summary>
    public Sighting Last { get; private set; }

    /// <summary>Its class, once it is counted.</summary>
    public Category? Counted { get; set; }

    /// <summary>Whether its loitering was told.</summary>
    public bool IsLoitering { get; set; }

    /// <summary>Whether nothing needs to be remembered.</summary>
    public bool IsOver => !IsInside && _timesOnOtherSide == 0;

    /// <summary>
    /// When an object that is inside left, if it is not seen again: when it was first seen outside, or else the last time that it
    /// was seen.
    /// </summary>
    public Moment End => _timesOnOtherSide > 0 ? _otherSide : Last.When;

    /// <summary>Sees it.</summary>
    /// <param name="sighting">The object.</param>
    /// <param name="isInside">Where.</param>
    /// <returns>When it left, if it is outside now; null when it has not left.</returns>
    public Moment? See(Sighting sighting, bool isInside)
    {
        Last = sighting with { Mask = null };
        if (isInside == IsInside)
        {
            _timesOnOtherSide = 0;
            return null;
        }

        if (_timesOnOtherSide++ == 0)
        {
            _otherSide = sighting.When;
        }

        if (config.InertiaTime is { } time
            ? sighting.When.Since(_otherSide) < time
            : _timesOnOtherSide < config.Inertia)
        {
            return null;
        }

        (IsInside, _timesOnOtherSide) = (isInside, 0);
        Entered = isInside ? _otherSide : Entered;
        return isInside ? null : _otherSide;
    }
}
