using Microsoft.AspNetCore.Http.Metadata;

namespace Streaming.Server.Api;

/// <summary>How much an endpoint reads of a request; without it nothing.</summary>
/// <param name="bytes">Most bytes of its body.</param>
internal sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => bytes;
}
