using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

/// <summary>What is compared.</summary>
internal enum CocoTask
{
    /// <summary>Boxes.</summary>
    Boxes,

    /// <summary>Masks.</summary>
    Masks,
}

/// <summary>
/// COCO's average precision and recall, as COCOeval of pycocotools computes them: objects are matched image by image and
/// class by class at ten thresholds of IoU, best score first; precision is averaged over 101 recalls.
/// </summary>
internal static class CocoEvaluator
{
    private const int MaxDetections = 100;
    private static readonly int[] Limits = [1, 10, MaxDetections];

    /// <summary>np.linspace(0.5, 0.95, 10).</summary>
    private static readonly double[] Thresholds =
    [
        .. Enumerable.Range(0, 10).Select(i => i == 9 ? 0.95 : 0.5 + (i * ((0.95 - 0.5) / 9))),
    ];

    private static readonly double[] Recalls = [.. Enumerable.Range(0, 101).Select(i => i * 0.01)];

    /// <summary>All, small, medium and large objects, by area in pixels.</summary>
    private static readonly (double Min, double Max)[] Areas = [(0, 1e10), (0, 32 * 32), (32 * 32, 96 * 96), (96 * 96, 1e10)];

    /// <summary>Compares what was found with the truth.</summary>
    /// <param name="dataset">The truth.</param>
    /// <param name="results">What was found in its pictures.</param>
    /// <param name="task">Boxes or masks; for masks every object needs one.</param>
    public static CocoSummary Evaluate(CocoDataset dataset, IReadOnlyList<CocoObject> results, CocoTask task)
    {
        var truth = dataset.Objects.ToLookup(item => (item.CategoryId, item.ImageId));
        var found = results.ToLookup(item => (item.CategoryId, item.ImageId));
        var categories = dataset
            .Categories.Select(category =>
                Accumulate([
                    .. dataset.Images.Select(image => new Comparison(
                        [.. truth[(category.Id, image.Id)]], found[(category.Id, image.Id)], task)),
                ]))
            .ToArray();
        return new CocoSummary(
            Mean(categories, 0, (curve, _) => curve.Precisions),
            Mean(categories, 0, (curve, threshold) => threshold == 0 ? curve.Precisions : []),
            Mean(categories, 0, (curve, threshold) => threshold == 5 ? curve.Precisions : []),
            Mean(categories, 1, (curve, _) => curve.Precisions),
            Mean(categories, 2, (curve, _) => curve.Precisions),
            Mean(categories, 3, (curve, _) => curve.Precisions),
            Mean(categories, 0, (curve, _) => [curve.RecallAt[0]]),
            Mean(categories, 0, (curve, _) => [curve.RecallAt[1]]),
            Mean(categories, 0, (curve, _) => [curve.RecallAt[2]]),
            Mean(categories, 1, (curve, _) => [curve.RecallAt[2]]),
            Mean(categories, 2, (curve, _) => [curve.RecallAt[2]]),
            Mean(categories, 3, (curve, _) => [curve.RecallAt[2]]),
            dataset
                .Categories.Zip(categories)
                .ToDictionary(item => item.First.Name, item => Mean([item.Second], 0, (curve, _) => curve.Precisions)));
    }

    /// <summary>The mean over what there is; -1 when there is nothing, as in COCO's tools.</summary>
    private static double Mean(IEnumerable<Curve?[,]> categories, int area, Func<Curve, int, IEnumerable<double>> values)
    {
        double[] all =
        [
            .. categories.SelectMany(curves => Enumerable.Range(0, Thresholds.Length).SelectMany(
                threshold => curves[area, threshold] is { } curve ? values(curve, threshold) : [])),
        ];
        return all.Length == 0 ? -1 : all.Average();
    }

    /// <summary>A class's curves by area and threshold; null where the truth has no object.</summary>
    private static Curve?[,] Accumulate(IReadOnlyList<Comparison> images)
    {
        var curves = new Curve?[Areas.Length, Thresholds.Length];
        for (var area = 0; area < Areas.Length; area++)
        {
            Match[][] matches = [.. images.Select(image => image.Match(Areas[area]))];
            var positives = images.Sum(image => image.CountTruth(Areas[area]));
            for (var threshold = 0; positives > 0 && threshold < Thresholds.Length; threshold++)
            {
                curves[area, threshold] = Accumulate([.. matches.Select(match => match[threshold])], images, positives);
            }
        }

        return curves;
    }

    private static Curve Accumulate(Match[] matches, IReadOnlyList<Comparison> images, int positives)
    {
        double[] recallAt =
        [
            .. Limits.Select(limit =>
                Ordered(matches, images, limit).Count(item => item is { IsRight: true, IsIgnored: false }) / (double)positives),
        ];
        var (right, wrong) = (0, 0);
        var (recalls, precisions) = (new List<double>(), new List<double>());
        foreach (var item in Ordered(matches, images, MaxDetections))
        {
            right += item is { IsRight: true, IsIgnored: false } ? 1 : 0;
            wrong += item is { IsRight: false, IsIgnored: false } ? 1 : 0;
            recalls.Add((double)right / positives);
            // np.spacing(1): nothing was counted yet.
            precisions.Add(right / (right + wrong + Math.BitIncrement(1.0) - 1));
        }

        // Precision at a recall is the best one at that recall or a higher one.
        for (var i = precisions.Count - 1; i > 0; i--)
        {
            precisions[i - 1] = Math.Max(precisions[i - 1], precisions[i]);
        }

        var sampled = new double[Recalls.Length];
        for (int r = 0, at = 0; r < Recalls.Length; r++)
        {
            while (at < recalls.Count && recalls[at] < Recalls[r])
            {
                at++;
            }

            sampled[r] = at < recalls.Count ? precisions[at] : 0;
        }

        return new Curve(sampled, recallAt);
    }

    /// <summary>Of each image the best, then all by score; equal ones stay as they came.</summary>
    private static IEnumerable<(bool IsRight, bool IsIgnored)> Ordered(
        Match[] matches, IReadOnlyList<Comparison> images, int limit)
    {
        return matches.SelectMany((match, i) => match.Items.Take(limit).Select((item, d) => (images[i].Found[d].Score, item)))
            .OrderByDescending(item => item.Score).Select(item => item.item);
    }

    /// <summary>Precision at each recall, and the recall with at most 1, 10 and 100 detections an image.</summary>
    private sealed record Curve(double[] Precisions, double[] RecallAt);

    /// <summary>How each detection of an image fared at one threshold.</summary>
    private sealed record Match((bool IsRight, bool IsIgnored)[] Items);

    /// <summary>One image's objects of one class.</summary>
    private sealed class Comparison
    {
        private readonly CocoObject[] _truth;
        private readonly double[] _areas;
        private readonly double[,] _ious;

        public Comparison(CocoObject[] truth, IEnumerable<CocoObject> found, CocoTask task)
        {
            _truth = truth;
            Found = [.. found.OrderByDescending(item => item.Score).Take(MaxDetections)];
            _areas = [.. Found.Select(item => task == CocoTask.Masks ? item.Area : item.Box.Width * item.Box.Height)];
            _ious = new double[Found.Length, truth.Length];
            for (var d = 0; d < Found.Length; d++)
            {
                for (var g = 0; g < truth.Length; g++)
                {
                    _ious[d, g] = task == CocoTask.Masks
                        ? Rle.IoU(Found[d].Mask!, truth[g].Mask!, truth[g].IsCrowd)
                        : IoU(Found[d].Box, truth[g].Box, truth[g].IsCrowd);
                }
            }
        }

        /// <summary>Best first, at most 100.</summary>
        public CocoObject[] Found { get; }

        public int CountTruth((double Min, double Max) area)
        {
            return _truth.Count(item => !IsIgnored(item, area));
        }

        /// <summary>By threshold.</summary>
        public Match[] Match((double Min, double Max) area)
        {
            // Objects that count come first: a detection prefers them to a better match that does not.
            int[] order = [.. Enumerable.Range(0, _truth.Length).OrderBy(g => IsIgnored(_truth[g], area))];
            return [.. Thresholds.Select(threshold => MatchAt(threshold, order, area))];
        }

        private Match MatchAt(double threshold, int[] order, (double Min, double Max) area)
        {
            var isTaken = new bool[_truth.Length];
            var items = new (bool IsRight, bool IsIgnored)[Found.Length];
            for (var d = 0; d < Found.Length; d++)
            {
                var (best, least) = (-1, Math.Min(threshold, 1 - 1e-10));
                foreach (var g in order)
                {
                    if (isTaken[g] && !_truth[g].IsCrowd)
                    {
                        continue;
                    }

                    if (best >= 0 && !IsIgnored(_truth[best], area) && IsIgnored(_truth[g], area))
                    {
                        break;
                    }

                    if (_ious[d, g] >= least)
                    {
                        (best, least) = (g, _ious[d, g]);
                    }
                }

                if (best >= 0)
                {
                    isTaken[best] = true;
                    items[d] = (true, IsIgnored(_truth[best], area));
                }
                else
                {
                    items[d] = (false, _areas[d] < area.Min || _areas[d] > area.Max);
                }
            }

            return new Match(items);
        }

        private static bool IsIgnored(CocoObject item, (double Min, double Max) area)
        {
            return item.IsCrowd || item.Area < area.Min || item.Area > area.Max;
        }

        private static double IoU(CocoBox a, CocoBox b, bool isCrowd)
        {
            var width = Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X);
            var height = Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y);
            if (width <= 0 || height <= 0)
            {
                return 0;
            }

            var (inter, areaA) = (width * height, a.Width * a.Height);
            return inter / (isCrowd ? areaA : areaA + (b.Width * b.Height) - inter);
        }
    }
}

/// <summary>COCO's twelve figures, 0 to 1, or -1 where the truth has nothing to compare with.</summary>
/// <param name="AP">Average precision over IoU 0.50 to 0.95.</param>
/// <param name="AP50">At IoU 0.50.</param>
/// <param name="AP75">At IoU 0.75.</param>
/// <param name="APs">Of objects up to 32x32 pixels.</param>
/// <param name="APm">Of objects up to 96x96 pixels.</param>
/// <param name="APl">Of larger ones.</param>
/// <param name="AR1">Recall with one detection an image.</param>
/// <param name="AR10">With ten.</param>
/// <param name="AR100">With a hundred.</param>
/// <param name="ARs">Of small objects.</param>
/// <param name="ARm">Of medium ones.</param>
/// <param name="ARl">Of large ones.</param>
/// <param name="PerCategory">AP by the class's name.</param>
internal sealed record CocoSummary(
    double AP,
    double AP50,
    double AP75,
    double APs,
    double APm,
    double APl,
    double AR1,
    double AR10,
    double AR100,
    double ARs,
    double ARm,
    double ARl,
    IReadOnlyDictionary<string, double> PerCategory)
{
    /// <summary>The twelve figures with their names.</summary>
    public IReadOnlyList<(string Name, double Value)> Figures =>
    [
        ("AP", AP), ("AP50", AP50), ("AP75", AP75), ("APs", APs), ("APm", APm), ("APl", APl),
        ("AR1", AR1), ("AR10", AR10), ("AR100", AR100), ("ARs", ARs), ("ARm", ARm), ("ARl", ARl),
    ];
}
