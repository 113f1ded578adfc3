namespace Streaming.Config.Run.Privacy;

/// <summary>What is shown of what is hidden.</summary>
internal enum PrivacyStyle
{
    /// <summary>Nothing: it is black.</summary>
    Black,

    /// <summary>Large squares of one colour each.</summary>
    Pixelate,
}
