using System.Globalization;
using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// What the files of events are called: FOLDER/SOURCE/EVENT.EXTENSION. A camera numbers its events anew in each run, so that its
/// files' names begin with the time of the event in UTC.
/// </summary>
/// <param name="folder">"snapshots", for example.</param>
/// <param name="sourceId">The source's name.</param>
/// <param name="isLive">Whether it is a camera.</param>
/// <param name="extension">With its dot.</param>
internal sealed class EventFileNames(string folder, string sourceId, bool isLive, string extension)
{
    /// <summary>The folder of the source's files, in the output folder.</summary>
    public string Folder { get; } = $"{folder}/{OutputName.Safe(sourceId)}";

    /// <summary>A file's path in the output folder.</summary>
    /// <param name="item">The event.</param>
    /// <param name="suffix">Added to the name.</param>
    public string Of(ObjectEvent item, string suffix = "")
    {
        var at = item.At.UtcDateTime.ToString("yyyyMMdd'-'HHmmss'-'", CultureInfo.InvariantCulture);
        return $"{Folder}/{(isLive ? at : "")}{OutputName.Safe(item.Id)}{suffix}{extension}";
    }
}
