namespace Streaming.Model;

/// <summary>
/// A model cannot be loaded: no libtorch, an unreadable checkpoint, or one that does not fit the configuration.
/// </summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="inner">The cause, if another exception told it.</param>
    public ModelLoadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
