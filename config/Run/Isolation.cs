namespace Streaming.Config.Run;

/// <summary>Where a source is decoded.</summary>
internal enum Isolation
{
    /// <summary>In a process of its own: a crash, leak or hang costs this source its connection, and nothing else.</summary>
    Process,

    /// <summary>In the program itself: less memory, and a crash of the decoder ends the whole run.</summary>
    None,
}
