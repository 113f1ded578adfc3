namespace Streaming.Stages.Isolation;

/// <summary>The first byte of a message between a decoder process and its parent.</summary>
internal enum MessageKind : byte
{
    /// <summary>The other side is gone.</summary>
    End = 0,

    /// <summary>To the process: a <see cref="DecoderJob"/>.</summary>
    Job = (byte)'j',

    /// <summary>To the process: a <see cref="RingOffer"/>.</summary>
    Ring = (byte)'r',

    /// <summary>To the process, without content: a slot has come back.</summary>
    SlotReturned = (byte)'s',

    /// <summary>From the process: a <see cref="RingRequest"/>.</summary>
    RingWanted = (byte)'w',

    /// <summary>From the process: <see cref="SourceOpened"/>.</summary>
    Opened = (byte)'o',

    /// <summary>From the process: a <see cref="FrameRemark"/> about the next frame.</summary>
    Remark = (byte)'n',

    /// <summary>From the process, without content: look for frames in the ring.</summary>
    Frame = (byte)'f',

    /// <summary>From the process, without content: the source has no more frames.</summary>
    Ended = (byte)'e',

    /// <summary>From the process: <see cref="SourceFailed"/>.</summary>
    Failed = (byte)'x',
}
