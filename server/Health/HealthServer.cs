using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Prometheus;
using Streaming.Pipeline.Metrics;

namespace Streaming.Server.Health;

/// <summary>
/// Serves /metrics for Prometheus, /healthz/live, /ready and /startup for supervisors, and /status for people. With a token, all but
/// health want it: health says nothing but yes or no.
/// </summary>
public sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HealthServer(WebApplication application, IPEndPoint endpoint)
    {
        (_application, Address) = (application, $"http://{endpoint}");
    }

    /// <summary>For example "http://127.0.0.1:9464".</summary>
    public string Address { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="endpoint">Where; port 0 takes a free one.</param>
    /// <param name="token">What readers must show; required to listen beyond this machine.</param>
    /// <param name="metrics">Served by /metrics.</param>
    /// <param name="health">Served by the others.</param>
    /// <param name="logger">Told where it listens.</param>
    /// <exception cref="ArgumentException">It would be open to other machines without a token.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HealthServer> StartAsync(IPEndPoint endpoint, string? token, PipelineMetrics metrics, PipelineHealth health, ILogger logger)
    {
        if (!IPAddress.IsLoopback(endpoint.Address) && string.IsNullOrEmpty(token))
        {
            throw new ArgumentException("To listen beyond this machine takes a token.", nameof(token));
        }

        GpuMetrics.Register(metrics.Registry);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endpoint);
        });
        var application = builder.Build();
        if (!string.IsNullOrEmpty(token))
        {
            application.Use((context, next) => IsAllowed(context.Request, token) ? next(context) : Refuse(context.Response));
        }

        application.MapMetrics("/metrics", metrics.Registry);
        application.MapGet("/healthz/live", () => Answer(health.IsLive));
        application.MapGet("/healthz/ready", () => Answer(health.IsReady));
        application.MapGet("/healthz/startup", () => Answer(health.IsStarted));
        application.MapGet("/status", () => Results.Json(health.Status(), StatusJson.Default.PipelineStatus));
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var bound = new Uri(application.Urls.First());
        var server = new HealthServer(application, new IPEndPoint(endpoint.Address, bound.Port));
        ServerLog.Listening(logger, server.Address);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Nobody waits for readers that keep their connection.
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await _application.StopAsync(now.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static bool IsAllowed(HttpRequest request, string token)
    {
        return request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal)
            || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Bearer {token}"));
    }

    private static Task Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    private static IResult Answer(bool isWell)
    {
        return Results.Text(isWell ? "ok\n" : "no\n", statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
