using Streaming.Cli.Running;
using Streaming.Config.Run;

namespace Streaming.Cli.Tests.Running;

/// <summary>Sources whose outputs are always right.</summary>
internal sealed class NoOutputs : IReloadOutputs
{
    /// <summary>Why no source may start; null lets all.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Sources that are gone.</summary>
    public List<string> Gone { get; } = [];

    public void Prepare(IReadOnlyList<SourceConfig> sources)
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }
    }

    public void Removed(IReadOnlyList<string> ids)
    {
        Gone.AddRange(ids);
    }
}
