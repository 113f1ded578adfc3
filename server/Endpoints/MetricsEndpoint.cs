using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace Streaming.Server.Endpoints;

/// <summary>/metrics: a registry in Prometheus' text format.</summary>
internal sealed class MetricsEndpoint(CollectorRegistry registry) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        // By itself it would answer whatever the method.
        routes.MapMetrics("/metrics", registry).WithMetadata(new HttpMethodMetadata(["GET", "HEAD"]));
    }
}
