using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Streaming.Server.Endpoints;
using Streaming.Server.OpenApi;

namespace Streaming.Server.Tests.OpenApi;

/// <summary>The description of the API: it names what there is, and nothing else.</summary>
public sealed partial class OpenApiTests
{
    private static readonly JsonDocument Document = JsonDocument.Parse(OpenApiEndpoint.Open());

    [Fact]
    public async Task Document_IsTheOneInDocs_AndIsServed()
    {
        await using var host = await EndpointHost.StartAsync(new OpenApiEndpoint());
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "openapi.json")),
            await host.Http.GetStringAsync("/api/v1/openapi.json"));
    }

    [Fact]
    public async Task Document_HasThePathsAndMethodsOfAllEndpoints()
    {
        var described = Document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject(), (path, method) => $"{method.Name.ToUpperInvariant()} {path.Name}");
        Assert.Equal((await RoutesAsync()).Order(), described.Order());
    }

    [Fact]
    public void Document_References_LeadSomewhere_AndEverySchemaIsUsed()
    {
        var text = Document.RootElement.GetRawText();
        var references = Reference().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var components = Document.RootElement.GetProperty("components").EnumerateObject()
            .Where(kind => kind.Name != "securitySchemes")
            .SelectMany(kind => kind.Value.EnumerateObject(), (kind, item) => $"{kind.Name}/{item.Name}");
        Assert.Equal(components.Order(), references.Order());
    }

    [Fact]
    public void Document_PathParameters_AreDescribed()
    {
        foreach (var path in Document.RootElement.GetProperty("paths").EnumerateObject().Where(path => path.Name.Contains('{')))
        {
            Assert.All(path.Value.EnumerateObject(), method => Assert.True(method.Value.TryGetProperty("parameters", out _)));
        }
    }

    /// <summary>What all endpoints of the server answer below /api/v1. To say so they need nothing that they are given.</summary>
    private static async Task<IReadOnlyList<string>> RoutesAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        await using var application = builder.Build();
        var types = typeof(IEndpoint).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEndpoint)));
        foreach (var type in types)
        {
            ((IEndpoint)RuntimeHelpers.GetUninitializedObject(type)).Map(application);
        }

        return
        [
            .. ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(route => route.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
                .SelectMany(Methods, (route, method) => $"{method} {PathOf(route)}"),
        ];
    }

    /// <summary>HEAD goes without saying where there is GET.</summary>
    private static IEnumerable<string> Methods(RouteEndpoint route)
    {
        return route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Where(method => method != "HEAD");
    }

    private static string PathOf(RouteEndpoint route)
    {
        return route.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal);
    }

    [GeneratedRegex("\"#/components/([^\"]+)\"")]
    private static partial Regex Reference();
}
