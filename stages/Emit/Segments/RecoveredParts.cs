using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Emit.Segments;

/// <summary>
/// Gives parts that a crash has left their names: they are made whole, or kept under a name that says that they are not.
/// </summary>
internal static class RecoveredParts
{
    /// <summary>Looks after the parts of one source's output. Nobody may be writing them.</summary>
    /// <param name="names">The output's names.</param>
    /// <param name="format">What the files are.</param>
    /// <param name="logger">Told of each.</param>
    /// <exception cref="EmitException">A part cannot be written or renamed.</exception>
    public static void Recover(SegmentNames names, SegmentFormat format, ILogger logger)
    {
        foreach (var part in names.Find().Where(file => file.IsPart))
        {
            try
            {
                Recover(part, names, format, logger);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw EmitException.For(part.Path, exception);
            }
        }
    }

    private static void Recover(SegmentFile part, SegmentNames names, SegmentFormat format, ILogger logger)
    {
        var isWhole = format.TryRepair(part.Path);
        if (new FileInfo(part.Path).Length == 0)
        {
            File.Delete(part.Path);
            return;
        }

        var path = isWhole ? names.PathOf(part.Name) : names.RecoveredOf(part.Name);
        File.Move(part.Path, path);
        SegmentLog.Recovered(logger, path);
    }
}
