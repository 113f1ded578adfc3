using Microsoft.AspNetCore.Routing;

namespace Streaming.Server.Endpoints;

/// <summary>A part of what the server answers: one small file, and one line in the list of WebServer.</summary>
internal interface IEndpoint
{
    /// <summary>Adds its routes. They require the token, if there is one, unless they say AllowAnonymous.</summary>
    void Map(IEndpointRouteBuilder routes);
}
