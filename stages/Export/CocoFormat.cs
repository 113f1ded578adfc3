namespace Streaming.Stages.Export;

/// <summary>COCO's annotation file for object detection (cocodataset.org, "Data format").</summary>
internal sealed class CocoFormat : ExportFormat
{
    /// <summary>The name of the file.</summary>
    internal const string FileName = "annotations.json";

    /// <inheritdoc/>
    public override string Key => "coco";

    /// <inheritdoc/>
    public override string Help => "one annotation file, masks as run lengths";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => [FileName];

    /// <inheritdoc/>
    public override IExportWriter Open(ExportFolder folder, ExportOptions options)
    {
        return new CocoWriter(folder.PathOf(FileName), folder.PathOf("annotations.lines"));
    }
}
