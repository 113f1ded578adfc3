using Streaming.Config.Zoo;

namespace Streaming.Stages.Export;

/// <summary>Writes the XML of each source when all frames are known: CVAT wants them track by track.</summary>
/// <param name="pathOf">The file of a source.</param>
/// <param name="linesPath">A file for what does not fit in memory until then.</param>
/// <param name="hasMasks">Whether masks take the place of boxes.</param>
internal sealed class CvatWriter(Func<string, string> pathOf, string linesPath, bool hasMasks) : IExportWriter
{
    private readonly Dictionary<string, CvatSource> _sources = new(StringComparer.Ordinal);
    private readonly KeyedLines _lines = new(linesPath);

    /// <inheritdoc/>
    public void Write(ExportedFrame frame)
    {
        var id = frame.Stream.SourceId;
        if (!_sources.TryGetValue(id, out var source))
        {
            _sources.Add(id, source = new CvatSource(id, _lines, hasMasks));
        }

        source.Add(frame);
    }

    /// <inheritdoc/>
    public void Complete(IReadOnlyList<Category> categories)
    {
        foreach (var (id, source) in _sources)
        {
            source.Write(pathOf(id), categories);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
    }
}
