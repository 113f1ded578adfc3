using Streaming.Config.Run;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Running;

/// <summary>The locks of the sources whose files a run writes: one writer for each.</summary>
/// <param name="place">Where outputs go.</param>
internal sealed class OutputLocks(OutputPlace place) : IDisposable
{
    private readonly Dictionary<string, OutputLock> _held = new(StringComparer.Ordinal);

    /// <summary>Takes those that are not held yet, where the folder is there.</summary>
    /// <exception cref="UsageException">Another process writes files of one of the sources.</exception>
    public void Take(IEnumerable<SourceConfig> sources)
    {
        foreach (var id in sources.Select(source => source.Id).Where(id => !_held.ContainsKey(id)))
        {
            if (OutputLock.TryTake(place.PathOf(".{source}.lock", id), place.Run.StartedAt, out var holder) is { } taken)
            {
                _held.Add(id, taken);
            }
            else if (holder is not null)
            {
                throw new UsageException(
                    $"{place.Values.Get(OutputSettings.Folder)}: the files of '{id}' are being written by {holder}; "
                    + "stop it, or name another folder with --output.");
            }
        }
    }

    /// <summary>Gives back that of a source that is gone.</summary>
    public void Release(string id)
    {
        if (_held.Remove(id, out var taken))
        {
            taken.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var taken in _held.Values)
        {
            taken.Dispose();
        }

        _held.Clear();
    }
}
