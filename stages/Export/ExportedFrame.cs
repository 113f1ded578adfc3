using System.Globalization;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Export;

/// <summary>A frame of a record, with those of its detections that are asked for.</summary>
/// <param name="Stream">Whose frame it is.</param>
/// <param name="Result">The frame as it was recorded, with all its detections.</param>
/// <param name="Objects">The detections that are asked for, best first.</param>
internal sealed record ExportedFrame(ExportedStream Stream, FrameResult Result, IReadOnlyList<ExportedObject> Objects)
{
    /// <summary>
    /// Its number in its source, from 0: the frame's index in a video. What a camera gives in its next epoch or run goes on after
    /// it.
    /// </summary>
    public long Number => Stream.FirstNumber + Result.Identity.Index;

    /// <summary>Whether the network or a gate has seen it: of a frame that failed nothing is known.</summary>
    public bool IsKnown => Result.Outcome.Status == FrameStatus.Ok;

    /// <summary>
    /// What its picture and its labels are called, without extension: "cam1/000007", or "pictures/car" for car.jpg. A record may
    /// come from anywhere, so that no part of the name leads out of a folder.
    /// </summary>
    public string Stem
    {
        get
        {
            var name = Result.Identity.Name is { } picture
                ? Path.ChangeExtension(picture, null)
                : Number.ToString("D6", CultureInfo.InvariantCulture);
            return $"{FileName(Stream.SourceId)}/{string.Join('/', name.Split('/', '\\').Select(FileName))}";
        }
    }

    /// <summary>A name as a file or folder may have it.</summary>
    public static string FileName(string name)
    {
        return OutputName.Expand("", "{source}", name, "", default);
    }
}

/// <summary>A detection of a frame.</summary>
/// <param name="Id">Its number among the frame's detections in the record.</param>
/// <param name="Detection">The detection.</param>
/// <param name="Track">The number of its track, unique for its source; null without one.</param>
internal sealed record ExportedObject(int Id, Detection Detection, long? Track);
