using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Streaming.Pipeline;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Endpoints;
using Streaming.Server.Gpu;
using Streaming.Server.Health;

namespace Streaming.Server;

/// <summary>
/// The program's HTTP server: /metrics for Prometheus, /healthz/live, /ready and /startup for supervisors, /status for people.
/// With a token, everything but health requires it; health tells nothing but yes or no.
/// </summary>
/// <remarks>
/// It obeys its arguments only. No settings file, environment variable or command line can open another port: the host is built
/// without ASP.NET's defaults, and what is bound is compared with what was asked for.
/// </remarks>
public sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebServer(WebApplication application, string address)
    {
        (_application, Address) = (application, address);
    }

    /// <summary>Where it listens, for example "http://127.0.0.1:9464" (https with a certificate).</summary>
    public string Address { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="endpoint">Where; port 0 takes a free one.</param>
    /// <param name="token">What readers must show; required to listen beyond this machine.</param>
    /// <param name="pipeline">What is served: its metrics, its health and its sources. It stays the caller's.</param>
    /// <param name="logger">Told where it listens; nobody by default.</param>
    /// <exception cref="ArgumentException">It would be open to other machines without a token.</exception>
    /// <exception cref="IOException">The port is taken, or something else than the endpoint was bound.</exception>
    public static Task<WebServer> StartAsync(
        IPEndPoint endpoint, string? token, VideoPipeline pipeline, ILogger? logger = null)
    {
        var health = new PipelineHealth(TimeProvider.System);
        health.Started(pipeline);
        return StartAsync(endpoint, token, pipeline.Registry, health, logger ?? NullLogger.Instance);
    }

    /// <summary>Starts listening, perhaps before there is a pipeline.</summary>
    /// <param name="endpoint">Where; port 0 takes a free one.</param>
    /// <param name="token">What readers must show; required to listen beyond this machine.</param>
    /// <param name="registry">Served by /metrics.</param>
    /// <param name="health">Served by /healthz and /status.</param>
    /// <param name="logger">Told where it listens.</param>
    /// <param name="certificate">To listen encrypted; null otherwise.</param>
    /// <exception cref="ArgumentException">It would be open to other machines without a token.</exception>
    /// <exception cref="IOException">The port is taken, or something else than the endpoint was bound.</exception>
    internal static async Task<WebServer> StartAsync(
        IPEndPoint endpoint, string? token, CollectorRegistry registry, PipelineHealth health, ILogger logger,
        CertificateFiles? certificate = null)
    {
        if (!IPAddress.IsLoopback(endpoint.Address) && string.IsNullOrEmpty(token))
        {
            throw new ArgumentException("To listen beyond this machine takes a token.", nameof(token));
        }

        GpuMetrics.Register(registry);
        IEndpoint[] endpoints =
            [new MetricsEndpoint(registry), new HealthEndpoint(health), new StatusEndpoint(health), new Page.PageEndpoint()];
        var application = Build(endpoint, token, certificate, endpoints);
        try
        {
            await application.StartAsync().ConfigureAwait(false);
            var scheme = certificate is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
            var server = new WebServer(application, $"{scheme}://{BoundEndpoint.Check(endpoint, scheme, application.Urls)}");
            ServerLog.Listening(logger, server.Address);
            return server;
        }
        catch
        {
            await StopAsync(application).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        return StopAsync(_application);
    }

    private static WebApplication Build(
        IPEndPoint endpoint, string? token, CertificateFiles? certificate, IReadOnlyList<IEndpoint> endpoints)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            ConnectionLimits.Apply(kestrel.Limits);
            kestrel.Listen(endpoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                {
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        HandshakeTimeout = ConnectionLimits.HandshakeTimeout,
                        OnConnection = _ => ValueTask.FromResult(
                            new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
                    });
                }
            });
        });

        // Kestrel takes the transport that was registered last.
        builder.Services.AddSingleton<IConnectionListenerFactory, ReservingTransport>();
        var application = builder.Build();
        application.UseRouting();
        application.Use(new HostCheck(endpoint.Address, Dns.GetHostName()).InvokeAsync);
        if (!string.IsNullOrEmpty(token))
        {
            application.Use(new TokenCheck(token).InvokeAsync);
        }

        foreach (var part in endpoints)
        {
            part.Map(application);
        }

        return application;
    }

    private static async ValueTask StopAsync(WebApplication application)
    {
        // Nobody waits for readers that keep their connection.
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await application.StopAsync(now.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
    }
}
