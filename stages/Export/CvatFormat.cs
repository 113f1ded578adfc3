namespace Streaming.Stages.Export;

/// <summary>
/// "CVAT for video 1.1" (docs.cvat.ai, "XML annotation format", and the reader in CVAT's cvat/apps/dataset_manager): an XML for
/// each source. What has a track is a track of boxes, with `outside` where it is gone; what has none is a track of one frame.
/// CVAT has no tracks of masks: of such a track it takes the first mask alone. So with masks each is a track of its own.
/// </summary>
internal sealed class CvatFormat : ExportFormat
{
    private const string Folder = "annotations";

    /// <inheritdoc/>
    public override string Key => "cvat";

    /// <inheritdoc/>
    public override string Help => "a 'CVAT for video 1.1' XML for each source";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => [Folder];

    /// <inheritdoc/>
    public override bool HasMasksOrBoxes => true;

    /// <inheritdoc/>
    public override IExportWriter Open(ExportFolder folder, ExportOptions options)
    {
        return new CvatWriter(
            source => folder.PathOf($"{Folder}/{ExportedFrame.FileName(source)}.xml"),
            folder.PathOf("cvat.lines"),
            options.Masks);
    }
}
