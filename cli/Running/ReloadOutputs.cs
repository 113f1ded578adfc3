using Streaming.Config.Run;

namespace Streaming.Cli.Running;

/// <summary>The outputs of a run whose sources come and go.</summary>
/// <param name="jobs">Knows what earlier runs have written.</param>
/// <param name="sources">Knows what this run has written.</param>
internal sealed class ReloadOutputs(SourceJobs jobs, RunningSources sources) : IReloadOutputs
{
    /// <inheritdoc/>
    public void Prepare(IReadOnlyList<SourceConfig> starting)
    {
        var isNew = starting.ToLookup(source => source.WhenFull == FullMode.Wait || !sources.WasStarted(source.Id));
        jobs.PrepareAgain([.. isNew[false]]);
        jobs.Prepare([.. isNew[true]]);
    }

    /// <inheritdoc/>
    public void Removed(IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            jobs.Removed(id);
        }
    }
}
