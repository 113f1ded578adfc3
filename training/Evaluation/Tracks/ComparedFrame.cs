using Streaming.Model.Ops;

namespace Streaming.Training.Evaluation.Tracks;

/// <summary>One frame's truth beside its results.</summary>
/// <param name="Truth">The numbers of the true objects.</param>
/// <param name="Results">The numbers of the results' tracks.</param>
/// <param name="Similarity">IoU of each true box (a row) with each result.</param>
internal sealed record ComparedFrame(int[] Truth, int[] Results, double[] Similarity)
{
    /// <summary>How many boxes could be matched at most.</summary>
    public int MaxMatches => Math.Min(Truth.Length, Results.Length);

    /// <summary>The pairs of the greatest total score, ascending by true box.</summary>
    /// <param name="score">Of a true box and a result, by their places in this frame, and their similarity.</param>
    public IEnumerable<Match> Match(Func<int, int, double, double> score)
    {
        var scores = new double[Similarity.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = score(i / Results.Length, i % Results.Length, Similarity[i]);
        }

        var columns = LinearAssignment.Maximise(scores, Truth.Length, Results.Length);
        for (var row = 0; row < columns.Length; row++)
        {
            if (columns[row] is var column and >= 0)
            {
                var at = (row * Results.Length) + column;
                yield return new Match(Truth[row], Results[column], scores[at], Similarity[at]);
            }
        }
    }
}

/// <summary>A true object and a result's track that were paired in a frame.</summary>
/// <param name="Truth">The object's number.</param>
/// <param name="Result">The track's number.</param>
/// <param name="Score">What the pairing maximised.</param>
/// <param name="Similarity">The boxes' IoU.</param>
internal readonly record struct Match(int Truth, int Result, double Score, double Similarity);
