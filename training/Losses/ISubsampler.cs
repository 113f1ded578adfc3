using Streaming.Config.Detectron;

namespace Streaming.Training.Losses;

/// <summary>Which of many labelled candidates learn.</summary>
internal interface ISubsampler
{
    /// <summary>Chooses among objects and background.</summary>
    /// <param name="positives">Indices of objects.</param>
    /// <param name="negatives">Indices of background.</param>
    /// <param name="config">How many, and which part of them may be objects.</param>
    (IReadOnlyList<int> Positives, IReadOnlyList<int> Negatives) Choose(
        IReadOnlyList<int> positives, IReadOnlyList<int> negatives, MatchingConfig config);
}
