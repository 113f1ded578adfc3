using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Tests;

/// <summary>Serves endpoints on a free port of this machine, without the rest of the server.</summary>
internal sealed class EndpointHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private EndpointHost(WebApplication application)
    {
        _application = application;
        Http = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public static async Task<EndpointHost> StartAsync(params IReadOnlyList<IEndpoint> endpoints)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.UseRouting();
        foreach (var endpoint in endpoints)
        {
            endpoint.Map(application);
        }

        await application.StartAsync();
        return new EndpointHost(application);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
