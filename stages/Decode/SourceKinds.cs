namespace Streaming.Stages.Decode;

/// <summary>The kinds of sources that this project knows; others can be put before them.</summary>
internal static class SourceKinds
{
    /// <summary>In the order in which they are asked; the last one takes every path.</summary>
    public static IReadOnlyList<SourceKind> BuiltIn { get; } =
        [NetworkSource.Kind, CameraSource.Kind, SyntheticSource.Kind, ImageSource.Kind, VideoFileSource.Kind];
}
