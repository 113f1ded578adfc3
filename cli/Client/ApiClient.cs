using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Streaming.Cli.Client;

/// <summary>Asks the API of a running program. Whatever goes wrong is a sentence.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Adding a source may wait for another change.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Uri _server;
    private readonly HttpClient _http;

    /// <param name="server">Its address: "http://127.0.0.1:8080".</param>
    /// <param name="token">Its token; null for none.</param>
    /// <exception cref="UsageException">That is no address.</exception>
    public ApiClient(string server, string? token)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.UserInfo.Length > 0)
        {
            throw new UsageException("--server: write the server's address as http://HOST:PORT or https://HOST:PORT.");
        }

        if (token?.Any(c => c is < '!' or > '~') == true)
        {
            throw new UsageException("--token: a token has no spaces and no letters beyond ASCII.");
        }

        _server = new Uri(uri.GetLeftPart(UriPartial.Authority));
        // A token is sent to the server that was named and to no other.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout };
        if (!string.IsNullOrEmpty(token))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Sends a request.</summary>
    /// <param name="method">HTTP's method.</param>
    /// <param name="path">Below /api/v1/, escaped.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer; null when it is empty.</returns>
    /// <exception cref="ApiClientException">The server cannot be reached, or says no.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_server, $"/api/v1/{path}"));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? text.Length == 0 ? null : Parse(text) ?? throw Foreign()
                : throw new ApiClientException(ErrorsOf(response.StatusCode, Parse(text) as JsonObject));
        }
        catch (HttpRequestException exception)
        {
            throw new ApiClientException([$"{Shown}: cannot be reached: {Reason(exception)}."]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiClientException([$"{Shown}: has not answered within {Timeout.TotalSeconds} s."]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
    }

    private string Shown => _server.ToString().TrimEnd('/');

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Reason(HttpRequestException exception)
    {
        var cause = exception.InnerException ?? exception;
        return cause.Message.TrimEnd('.');
    }

    private ApiClientException Foreign()
    {
        return new ApiClientException([$"{Shown}: this is no server of 'streaming': its answer is no JSON."]);
    }

    private IReadOnlyList<string> ErrorsOf(HttpStatusCode status, JsonObject? problem)
    {
        return status switch
        {
            HttpStatusCode.Unauthorized => [$"{Shown}: wants a token: add --token or set STREAMING_HTTP_TOKEN."],
            _ when problem?["errors"] is JsonArray errors => [.. errors.Select(error => $"{error}")],
            _ when problem?["detail"] is JsonValue detail => [$"{detail}"],
            _ => [$"{Shown}: answers {(int)status}; this may be no server of 'streaming', or an older one."],
        };
    }
}
