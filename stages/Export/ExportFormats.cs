namespace Streaming.Stages.Export;

/// <summary>The formats that there are.</summary>
internal static class ExportFormats
{
    /// <summary>In the order in which help names them.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new CocoFormat(),
        new YoloFormat(),
        new MotFormat(),
        new CsvFormat(),
        new ParquetFormat(),
        new CvatFormat(),
    ];
}
