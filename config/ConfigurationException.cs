namespace Streaming.Config;

/// <summary>What a user wrote cannot be used. Carries every error that was found, not only the first.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Creates the exception for one error.</summary>
    /// <param name="error">One sentence: what, where, what is allowed.</param>
    public ConfigurationException(string error)
        : this([error])
    {
    }

    /// <summary>Creates the exception for all errors of one input.</summary>
    /// <param name="errors">At least one sentence.</param>
    public ConfigurationException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors))
    {
        Errors = errors;
    }

    /// <summary>Every error, one sentence each.</summary>
    public IReadOnlyList<string> Errors { get; }
}
