namespace Streaming.Stages.Frames;

/// <summary>A source cannot be opened or read further.</summary>
public sealed class DecodeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The kind of trouble.</param>
    /// <param name="message">One sentence: what, where, what to do.</param>
    /// <param name="inner">The cause.</param>
    public DecodeException(DecodeError error, string message, Exception? inner = null)
        : base(message, inner)
    {
        Error = error;
    }

    /// <summary>The kind of trouble.</summary>
    public DecodeError Error { get; }
}
