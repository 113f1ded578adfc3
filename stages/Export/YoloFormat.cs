using System.Globalization;
using System.Text;
using System.Text.Json;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;

namespace Streaming.Stages.Export;

/// <summary>
/// Labels as YOLO's trainers read them: a text for each picture, a line for each object, with the number of its class and its
/// box (centre, width, height) or its outline, as shares of the picture's width and height. A picture at
/// images/SOURCE/FRAME.jpg belongs to labels/SOURCE/FRAME.txt. An empty text says that there is nothing to see; so frames that
/// failed, or that no network saw, get none.
/// </summary>
internal sealed class YoloFormat : ExportFormat
{
    /// <inheritdoc/>
    public override string Key => "yolo";

    /// <inheritdoc/>
    public override string Help => "a label file for each frame";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => ["labels", "data.yaml", "classes.txt"];

    /// <inheritdoc/>
    public override bool HasMasksOrBoxes => true;

    /// <inheritdoc/>
    public override IExportWriter Open(ExportFolder folder, ExportOptions options)
    {
        return new Writer(folder, options.Masks);
    }

    private sealed class Writer(ExportFolder folder, bool hasMasks) : IExportWriter
    {
        private readonly StringBuilder _text = new();

        public void Write(ExportedFrame frame)
        {
            if (!frame.IsKnown || frame.Result.IsGated)
            {
                return;
            }

            _text.Clear();
            foreach (var item in frame.Objects)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{item.Detection.Class}");
                if (hasMasks)
                {
                    AddOutline(item.Detection, frame.Result.Size);
                }
                else
                {
                    AddBox(item.Detection.Box, frame.Result.Size);
                }

                _text.Append('\n');
            }

            File.WriteAllText(folder.PathOf($"labels/{frame.Stem}.txt"), _text.ToString());
        }

        public void Complete(IReadOnlyList<Category> categories)
        {
            File.WriteAllLines(folder.PathOf("classes.txt"), categories.Select(category => category.Name));
            // A text of JSON is one of YAML too.
            var names = categories.Select((category, number) => $"  {number}: \"{JsonEncodedText.Encode(category.Name)}\"");
            File.WriteAllLines(folder.PathOf("data.yaml"), ["path: .", "train: images", "val: images", "names:", .. names]);
            Directory.CreateDirectory(folder.PathOf("labels"));
        }

        public void Dispose()
        {
        }

        private void AddBox(Box box, ImageSize size)
        {
            Add((box.X0 + box.X1) / 2.0 / size.Width);
            Add((box.Y0 + box.Y1) / 2.0 / size.Height);
            Add((double)box.Width / size.Width);
            Add((double)box.Height / size.Height);
        }

        /// <summary>The outline of the mask; without one, of the box.</summary>
        private void AddOutline(Detection detection, ImageSize size)
        {
            IReadOnlyList<(double X, double Y)> corners = detection.Mask is { Area: > 0 } mask
                ? [.. MaskOutline.Joined(mask).Select(corner => ((double)corner.X, (double)corner.Y))]
                : Corners(detection.Box);
            foreach (var (x, y) in corners)
            {
                Add(x / size.Width);
                Add(y / size.Height);
            }
        }

        private void Add(double share)
        {
            _text.Append(' ').Append(Figures.Share(Math.Clamp(share, 0, 1)));
        }

        private static (double X, double Y)[] Corners(Box box)
        {
            return [(box.X0, box.Y0), (box.X1, box.Y0), (box.X1, box.Y1), (box.X0, box.Y1)];
        }
    }
}
