namespace Streaming.Stages.Frames;

/// <summary>Whom the memory of a <see cref="PixelBuffer"/> goes back to.</summary>
internal interface IPixelOwner
{
    /// <summary>Takes memory back; called once for each buffer.</summary>
    /// <param name="memory">As it was given to the buffer.</param>
    /// <param name="bytes">How many of its bytes were used.</param>
    void Return(nint memory, int bytes);
}
