namespace Streaming.Model;

/// <summary>The network failed on a batch, for example because the device has too little memory for it.</summary>
public sealed class DetectionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence; libtorch's own message without its C++ stack.</param>
    /// <param name="isOutOfMemory">Whether a smaller batch could succeed.</param>
    /// <param name="inner">The cause.</param>
    public DetectionException(string message, bool isOutOfMemory, Exception inner)
        : base(message, inner)
    {
        IsOutOfMemory = isOutOfMemory;
    }

    /// <summary>Whether a smaller batch could succeed.</summary>
    public bool IsOutOfMemory { get; }
}
