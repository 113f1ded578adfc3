using Microsoft.Extensions.Logging;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Running;

/// <summary>What earlier runs have left of the sources of a run that resumes.</summary>
/// <param name="values">What the user said, for messages.</param>
/// <param name="run">This run.</param>
/// <param name="logger">Told of damaged files.</param>
internal sealed class EarlierRuns(SettingValues values, RunInfo run, ILogger logger)
{
    private readonly Dictionary<string, RecordedStream> _found = [];
    private readonly Dictionary<string, EmitException> _unreadable = [];

    /// <summary>What was done of a source; null when nothing.</summary>
    /// <exception cref="EmitException">The file is there but cannot be read, and is not in the way of other sources.</exception>
    public RecordedStream? Of(string sourceId)
    {
        return _unreadable.GetValueOrDefault(sourceId) is { } exception ? throw exception : _found.GetValueOrDefault(sourceId);
    }

    /// <summary>
    /// Reads the records. A damaged one is set aside, and its source starts anew; one that was made with other settings ends the
    /// run before it starts.
    /// </summary>
    /// <param name="sources">The sources.</param>
    /// <param name="pathOf">The file of a source.</param>
    /// <exception cref="ConfigurationException">With every setting that has changed.</exception>
    public void Read(IReadOnlyList<SourceConfig> sources, Func<string, string> pathOf)
    {
        var damaged = new List<(string Id, DamagedRecordException Exception)>();
        foreach (var source in sources)
        {
            try
            {
                if (RecordedStream.Find(pathOf(source.Id)) is { } record)
                {
                    _found[source.Id] = record;
                }
            }
            catch (DamagedRecordException exception)
            {
                damaged.Add((source.Id, exception));
            }
            catch (EmitException exception)
            {
                _unreadable[source.Id] = exception;
            }
        }

        // A camera's past cannot be gone on with: its file gets another stream, which may have other settings.
        string[] errors = [.. sources.Where(source => source.WhenFull == FullMode.Wait).SelectMany(Differences)];
        if (errors.Length > 0)
        {
            throw new ConfigurationException(errors);
        }

        damaged.ForEach(item => SetAside(item.Id, item.Exception));
    }

    private IEnumerable<string> Differences(SourceConfig source)
    {
        return _found.GetValueOrDefault(source.Id) is not { } record ? [] : record.Differences(run, source).Select(difference =>
            $"{record.Path}: cannot be resumed: the earlier run had {difference.Before}, this one has {Now(difference)}; "
            + "use the same settings, or --overwrite to begin anew.");
    }

    private string Now(SettingDifference difference)
    {
        var now = values.IsGiven(difference.Setting) ? values.Brief(difference.Setting) : difference.Now;
        return difference.Setting == ModelSettings.Config && values.IsGiven(ModelSettings.Set)
            ? $"{now} with {values.Brief(ModelSettings.Set)}"
            : now;
    }

    private void SetAside(string sourceId, DamagedRecordException exception)
    {
        var name = Path.ChangeExtension(exception.Path, null);
        var number = 1;
        string aside;
        while (Path.Exists(aside = $"{name}.damaged-{number}{Path.GetExtension(exception.Path)}"))
        {
            number++;
        }

        try
        {
            File.Move(exception.Path, aside);
            CliLog.DamagedRecord(logger, exception.Message, aside, sourceId);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            _unreadable[sourceId] = EmitException.For(aside, cause);
        }
    }
}
