using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>Where the frames of one source go. Used by one thread at a time, in the frames' order.</summary>
public interface IFrameSink : IDisposable
{
    /// <summary>What the sink writes to, for messages: a path as a rule.</summary>
    string Target { get; }

    /// <summary>Takes a frame, which stays the caller's; a sink that keeps it takes a share.</summary>
    /// <param name="frame">The frame with its result.</param>
    /// <exception cref="EmitException">The target cannot be written.</exception>
    void Write(OutputFrame frame);

    /// <summary>Takes something that happened to the source between two frames; most outputs have no place for it.</summary>
    /// <param name="sourceEvent">What happened.</param>
    /// <exception cref="EmitException">The target cannot be written.</exception>
    void Write(SourceEvent sourceEvent)
    {
    }

    /// <summary>
    /// Called every ten seconds for cameras, whether frames come or not: what ends by the clock ends although the camera is dead.
    /// </summary>
    /// <param name="now">UTC.</param>
    /// <exception cref="EmitException">The target cannot be written.</exception>
    void Tick(DateTimeOffset now)
    {
    }

    /// <summary>No frame follows: finishes the target so that it is whole.</summary>
    /// <param name="summary">How the stream ended.</param>
    /// <exception cref="EmitException">The target is not what it should be.</exception>
    void Complete(StreamSummary summary);
}

/// <summary>Why a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>The source had no more frames.</summary>
    Eof,

    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>The source or a sink failed.</summary>
    Error,

    /// <summary>It has not: it goes on in another file. The summary's counts are 0.</summary>
    Segment,
}

/// <summary>How a stream ended, with its law of conservation: decoded = emitted + dropped + failed.</summary>
/// <param name="End">Why.</param>
/// <param name="Error">What failed, or null.</param>
/// <param name="Decoded">Frames that were decoded.</param>
/// <param name="Emitted">Frames that were processed and written.</param>
/// <param name="Dropped">Frames that were given up, by reason.</param>
/// <param name="Failed">Frames that failed, by stage.</param>
public sealed record StreamSummary(
    StreamEnd End,
    string? Error,
    long Decoded,
    long Emitted,
    IReadOnlyDictionary<string, long> Dropped,
    IReadOnlyDictionary<string, long> Failed)
{
    /// <summary>Those of the emitted frames that a gate kept from the network.</summary>
    public long Gated { get; init; }
}

/// <summary>An output cannot be written.</summary>
public sealed class EmitException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: what, where, what to do.</param>
    /// <param name="inner">The cause.</param>
    public EmitException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The exception for an error of the operating system while writing to a target.</summary>
    /// <param name="target">The path.</param>
    /// <param name="exception">What the operating system said.</param>
    public static EmitException For(string target, Exception exception)
    {
        return exception switch
        {
            UnauthorizedAccessException => new EmitException($"{target}: may not be written: permission denied.", exception),
            // ENOSPC and EDQUOT.
            IOException { HResult: 28 or 122 } => new EmitException($"{target}: cannot be written: the disk is full.", exception),
            _ => new EmitException($"{target}: cannot be written: {exception.Message.TrimEnd('.')}.", exception),
        };
    }
}
