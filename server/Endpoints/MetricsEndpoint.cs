using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace Streaming.Server.Endpoints;

/// <summary>/metrics: a registry in Prometheus' text format.</summary>
internal sealed class MetricsEndpoint(CollectorRegistry registry) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMetrics("/metrics", registry);
    }
}
