using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>What a source is given to work with.</summary>
/// <param name="Id">The source's name.</param>
/// <param name="Pool">Where frames get their memory.</param>
/// <param name="Time">The clock.</param>
public sealed record SourceContext(string Id, PixelPool Pool, TimeProvider Time)
{
    /// <summary>Told of lost connections.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told of what happens to the source, on whatever thread it happens.</summary>
    public Action<SourceEvent> Report { get; init; } = _ => { };
}

/// <summary>What kind of thing happened to a source.</summary>
public enum SourceEventKind
{
    /// <summary>It could not be opened, and is tried again.</summary>
    OpenFailed,

    /// <summary>It was lost while it was read, and is opened anew.</summary>
    Disconnected,

    /// <summary>It gives frames again, of a new epoch.</summary>
    Reconnected,

    /// <summary>Its frames have another size from now on.</summary>
    ResolutionChanged,
}

/// <summary>Something happened to a source that is no frame.</summary>
/// <param name="Kind">What.</param>
/// <param name="Epoch">The source's epoch from then on.</param>
/// <param name="At">UTC.</param>
/// <param name="Error">Why; null when nothing failed.</param>
/// <param name="Message">For a person; without credentials.</param>
public sealed record SourceEvent(SourceEventKind Kind, int Epoch, DateTimeOffset At, DecodeError? Error = null, string? Message = null);
