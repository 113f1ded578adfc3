namespace Streaming.Stages.Gst;

/// <summary>A named element of a pipeline; valid as long as the pipeline is.</summary>
/// <param name="Handle">For this folder alone.</param>
internal readonly record struct GstElement(nint Handle)
{
    /// <summary>
    /// Sets a text property. Values never pass through a pipeline description, where they would be parsed and logged.
    /// </summary>
    public void Set(string property, string text)
    {
        GstNative.SetText(Handle, property, text);
    }
}
