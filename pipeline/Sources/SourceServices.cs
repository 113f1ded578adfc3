using Microsoft.Extensions.Logging;
using Streaming.Config.Zoo;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Outputs;
using Streaming.Pipeline.Supervision;

namespace Streaming.Pipeline.Sources;

/// <summary>What every source of a pipeline works with.</summary>
/// <param name="Options">Credits and limits.</param>
/// <param name="Categories">The model's classes.</param>
/// <param name="Admission">Lets frames into the graph.</param>
/// <param name="OutputObserver">Watches outputs.</param>
/// <param name="Watchdog">Notices what hangs.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Where events go.</param>
internal sealed record SourceServices(
    PipelineOptions Options,
    IReadOnlyList<Category> Categories,
    Admission Admission,
    IOutputObserver OutputObserver,
    Watchdog Watchdog,
    TimeProvider Time,
    ILogger Logger);
