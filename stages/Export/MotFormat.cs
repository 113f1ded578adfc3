using System.Globalization;
using Streaming.Config.Zoo;

namespace Streaming.Stages.Export;

/// <summary>
/// MOTChallenge's text (motchallenge.net, "Instructions"; the columns of MOT16, arXiv:1603.00831): a file for each source, a line
/// for each box, with frame (from 1), track, left, top, width, height, score, class (from 1) and visibility (1: not known).
/// Beside it a seqinfo.ini. The folder of texts is what TrackEval takes for a tracker's results.
/// </summary>
internal sealed class MotFormat : ExportFormat
{
    private const string Folder = "data";
    private const string ClassesFile = "classes.txt";

    /// <inheritdoc/>
    public override string Key => "mot";

    /// <inheritdoc/>
    public override string Help => "a MOTChallenge text for each source";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => [Folder, ClassesFile];

    /// <inheritdoc/>
    public override bool IsOfTracks => true;

    /// <inheritdoc/>
    public override IExportWriter Open(ExportFolder folder, ExportOptions options)
    {
        return new Writer(folder);
    }

    private sealed class Writer(ExportFolder folder) : IExportWriter
    {
        /// <summary>What stands for the number of a track where there is none.</summary>
        private const int NoTrack = -1;

        private readonly Dictionary<string, (StreamWriter Text, ExportedFrame Last)> _sources = new(StringComparer.Ordinal);

        public void Write(ExportedFrame frame)
        {
            var source = frame.Stream.SourceId;
            var text = _sources.TryGetValue(source, out var open)
                ? open.Text
                : new StreamWriter(folder.PathOf($"{Folder}/{ExportedFrame.FileName(source)}.txt")) { NewLine = "\n" };
            _sources[source] = (text, frame);
            foreach (var item in frame.Objects)
            {
                var (detection, box) = (item.Detection, item.Detection.Box);
                text.WriteLine(string.Join(
                    ',',
                    Whole(frame.Number + 1),
                    Whole(item.Track ?? NoTrack),
                    Figures.Pixels(box.X0),
                    Figures.Pixels(box.Y0),
                    Figures.Pixels(box.Width),
                    Figures.Pixels(box.Height),
                    Figures.Share((double)Figures.Rounded(detection.Score, Figures.ScoreDigits)),
                    Whole(detection.Class + 1),
                    "1"));
            }
        }

        public void Complete(IReadOnlyList<Category> categories)
        {
            foreach (var (source, (text, last)) in _sources)
            {
                text.Flush();
                var name = ExportedFrame.FileName(source);
                string[] rate = last.Stream.Rate is { } known ? [$"frameRate={Figures.Share(known.Value)}"] : [];
                File.WriteAllLines(
                    folder.PathOf($"{Folder}/{name}/seqinfo.ini"),
                    [
                        "[Sequence]", $"name={name}", "imDir=img1", .. rate, $"seqLength={Whole(last.Number + 1)}",
                        $"imWidth={Whole(last.Result.Size.Width)}", $"imHeight={Whole(last.Result.Size.Height)}", "imExt=.jpg",
                    ]);
            }

            File.WriteAllLines(folder.PathOf(ClassesFile), categories.Select(category => category.Name));
        }

        public void Dispose()
        {
            foreach (var (text, _) in _sources.Values)
            {
                text.Dispose();
            }
        }

        private static string Whole(long number)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }
    }
}
