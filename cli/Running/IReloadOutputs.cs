using Streaming.Config;
using Streaming.Config.Run;

namespace Streaming.Cli.Running;

/// <summary>What a reload has to do with outputs.</summary>
internal interface IReloadOutputs
{
    /// <summary>Looks at the outputs of sources that are to start.</summary>
    /// <exception cref="UsageException">Something must not be replaced.</exception>
    /// <exception cref="ConfigurationException">Something cannot be gone on with.</exception>
    void Prepare(IReadOnlyList<SourceConfig> sources);

    /// <summary>Forgets sources that are gone.</summary>
    void Removed(IReadOnlyList<string> ids);
}
