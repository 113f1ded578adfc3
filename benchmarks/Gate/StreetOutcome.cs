namespace Streaming.Benchmarks.Gate;

/// <summary>What the gate did on a street.</summary>
/// <param name="Seed">Which street.</param>
/// <param name="Frames">How many it has.</param>
/// <param name="WithObject">Frames in which an object is visible.</param>
/// <param name="Seen">Frames that the network saw; without a gate it sees all.</param>
/// <param name="Objects">Its objects.</param>
internal sealed record StreetOutcome(
    long Seed, int Frames, int WithObject, int Seen, IReadOnlyList<ObjectOutcome> Objects)
{
    /// <summary>The share of the network's turns that were saved.</summary>
    public double Saved => 1 - ((double)Seen / Frames);
}

/// <summary>When an object was found: the first frame in which a track's detection is on it.</summary>
/// <param name="Id">Which object.</param>
/// <param name="InView">For how long it is visible, all its frames together.</param>
/// <param name="Without">When it was found without the gate; null for never.</param>
/// <param name="With">When it was found with the gate; null for never.</param>
internal sealed record ObjectOutcome(long Id, TimeSpan InView, TimeSpan? Without, TimeSpan? With)
{
    /// <summary>How much later the gate lets it be found; null when it was not found in one of the two.</summary>
    public TimeSpan? Delay => With - Without;

    /// <summary>Whether the gate is why nobody found it.</summary>
    public bool IsLost => With is null && Without is not null;
}
