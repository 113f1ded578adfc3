namespace Streaming.Cli.Client;

/// <summary>A running program could not be asked, or says no.</summary>
/// <param name="errors">One sentence each.</param>
internal sealed class ApiClientException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
