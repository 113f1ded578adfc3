using Streaming.Config.Zoo;

namespace Streaming.Stages.Export;

/// <summary>Tables: one of detections and, when frames hold events, one of events.</summary>
internal abstract class TableFormat : ExportFormat
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => [$"detections.{Key}", $"events.{Key}"];

    /// <inheritdoc/>
    public override IExportWriter Open(ExportFolder folder, ExportOptions options)
    {
        return new Writer(
            Begin(folder.PathOf(Names[0]), DetectionRow.Columns), () => Begin(folder.PathOf(Names[1]), EventRow.Columns));
    }

    /// <summary>Begins a table.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="columns">Its columns.</param>
    private protected abstract ITableWriter<TRow> Begin<TRow>(string path, IReadOnlyList<TableColumn<TRow>> columns);

    private sealed class Writer(ITableWriter<DetectionRow> detections, Func<ITableWriter<EventRow>> beginEvents) : IExportWriter
    {
        private ITableWriter<EventRow>? _events;

        public void Write(ExportedFrame frame)
        {
            foreach (var item in frame.Objects)
            {
                detections.Write(new DetectionRow(frame, item));
            }

            foreach (var item in frame.Result.Events)
            {
                (_events ??= beginEvents()).Write(new EventRow(frame, item));
            }
        }

        public void Complete(IReadOnlyList<Category> categories)
        {
            detections.Complete();
            _events?.Complete();
        }

        public void Dispose()
        {
            detections.Dispose();
            _events?.Dispose();
        }
    }
}

/// <summary>Writes a table, row by row.</summary>
internal interface ITableWriter<TRow> : IDisposable
{
    /// <summary>Adds a row.</summary>
    void Write(TRow row);

    /// <summary>Writes what is left.</summary>
    void Complete();
}
