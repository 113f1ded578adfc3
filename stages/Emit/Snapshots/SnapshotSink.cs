using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit.Snapshots;

/// <summary>
/// Writes pictures of one source's events: those that <see cref="SnapshotNames"/> has named. It stands before the outputs that
/// tell events, so that a picture is there when somebody hears of it.
/// </summary>
/// <param name="pictures">Which ones, at least one; the first one has the event's name.</param>
/// <param name="context">The source.</param>
internal sealed class SnapshotSink(IReadOnlyList<SnapshotPicture> pictures, OutputContext context) : IFrameSink
{
    private readonly BestCrops _crops = new();

    /// <inheritdoc/>
    public string Target { get; } =
        Path.Combine(context.Place.Folder, SnapshotsOutput.NamesOf(context.Source.Id, context.IsLive).Folder);

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        if (pictures.Contains(SnapshotPicture.Crop))
        {
            _crops.Look(frame);
        }

        foreach (var item in frame.Result.Events)
        {
            if (item.Snapshot is { } name)
            {
                Write(frame, item, Path.Combine(context.Place.Folder, name));
            }

            if (item is { Kind: ObjectEventKind.ObjectLeft, TrackId: { } track })
            {
                _crops.Forget(track);
            }
        }

        context.Kept.TidySometimes();
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        // Every picture is whole already.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing stays open.
    }

    private void Write(OutputFrame frame, ObjectEvent item, string path)
    {
        for (var i = 0; i < pictures.Count; i++)
        {
            var target = i == 0 ? path : SnapshotsOutput.With(path, pictures[i]);
            // A run that goes on shows what was recorded again: those pictures are there.
            if ((context.Earlier is null || !File.Exists(target)) && Draw(frame, item, pictures[i]) is { } jpeg)
            {
                Write(target, jpeg);
            }
        }
    }

    private byte[]? Draw(OutputFrame frame, ObjectEvent item, SnapshotPicture picture)
    {
        if (picture == SnapshotPicture.Crop)
        {
            return _crops.Of(item, frame.Frame);
        }

        if (frame.Frame.Failure is not null)
        {
            return null;
        }

        using var whole = OpenCv.AsMat(picture == SnapshotPicture.Drawn ? frame.Annotated : frame.Frame.Pixels);
        return BestCrops.Encode(whole);
    }

    private void Write(string path, byte[] jpeg)
    {
        try
        {
            File.WriteAllBytes(Kept.KeptFiles.PartOf(path), jpeg);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }

        context.Kept.Add(path);
    }
}
