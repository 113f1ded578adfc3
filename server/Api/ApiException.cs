namespace Streaming.Server.Api;

/// <summary>A request cannot be answered as it wants; the answer is a problem.</summary>
/// <param name="status">HTTP's status.</param>
/// <param name="message">One sentence: what, where, what is allowed, what to do.</param>
internal sealed class ApiException(int status, string message) : Exception(message)
{
    /// <summary>HTTP's status.</summary>
    public int Status { get; } = status;
}
