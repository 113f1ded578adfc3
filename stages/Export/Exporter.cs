using Streaming.Stages.Emit;

namespace Streaming.Stages.Export;

/// <summary>Turns the records of a run into a format that other tools read.</summary>
internal static class Exporter
{
    /// <summary>Exports.</summary>
    /// <param name="input">An output folder, or a file of JSON lines.</param>
    /// <param name="format">The format.</param>
    /// <param name="output">The folder that it is written to.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="warn">Is told what was left out, in a sentence.</param>
    /// <param name="cancellationToken">Gives up; nothing is left then.</param>
    /// <returns>The frames and detections that were exported.</returns>
    /// <exception cref="ExportUseException">What is asked for cannot be.</exception>
    /// <exception cref="EmitException">A file cannot be read or written, or is damaged.</exception>
    public static (long Frames, long Detections) Run(
        string input,
        ExportFormat format,
        string output,
        ExportOptions options,
        Action<string> warn,
        CancellationToken cancellationToken)
    {
        if (options.Masks && !format.HasMasksOrBoxes)
        {
            var others = ExportFormats.All.Where(other => other.HasMasksOrBoxes).Select(other => other.Key);
            throw new ExportUseException($"--masks: is for {string.Join(" and ", others)}; {format.Key} does not need it.");
        }

        options = options with { TrackedOnly = options.TrackedOnly ?? format.IsOfTracks };
        var files = RecordFile.Find(input, warn);
        using var folder = new ExportFolder(output, format.Names, options.Overwrite);
        var reader = new RecordReader(options, warn);
        try
        {
            using var writer = format.Open(folder, options);
            var counts = Copy(files, reader, writer, cancellationToken);
            if (options.Sources.FirstOrDefault(source => !reader.Sources.Contains(source)) is { } missing)
            {
                throw new ExportUseException(
                    $"--sources {missing}: there is no such source; there are: {string.Join(", ", reader.Sources)}.");
            }

            writer.Complete(reader.Categories);
            writer.Dispose();
            folder.Complete();
            if (format.IsOfTracks && options.TrackedOnly == true && counts.Detections == 0)
            {
                warn("No detection has a track: run with --track, or export with --untracked.");
            }

            return counts;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(output, exception);
        }
    }

    private static (long Frames, long Detections) Copy(
        IEnumerable<RecordFile> files, RecordReader reader, IExportWriter writer, CancellationToken cancellationToken)
    {
        var (frames, detections) = (0L, 0L);
        foreach (var frame in files.SelectMany(file => reader.Read(file.Path)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(frame);
            (frames, detections) = (frames + 1, detections + frame.Objects.Count);
        }

        return (frames, detections);
    }
}
