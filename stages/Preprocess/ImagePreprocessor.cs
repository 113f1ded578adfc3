using Streaming.Model;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Preprocess;

/// <summary>Resizes frames for the network; runs on several threads at once.</summary>
/// <param name="detector">Knows the network's sizes.</param>
internal sealed class ImagePreprocessor(IDetector detector)
{
    /// <summary>The frame as the network wants it; the caller owns it, the frame stays the caller's too.</summary>
    /// <param name="frame">The frame.</param>
    public PreprocessedImage Preprocess(Frame frame)
    {
        return detector.Preprocess(frame.Pixels.View);
    }
}
