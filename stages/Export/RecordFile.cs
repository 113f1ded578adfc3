using System.Text.Json;
using Streaming.Stages.Emit;

namespace Streaming.Stages.Export;

/// <summary>A file of JSON lines, with what says where it belongs.</summary>
/// <param name="Path">The file.</param>
/// <param name="SourceId">The source of its first line.</param>
/// <param name="StartedAt">When the run of its first line began.</param>
/// <param name="RunId">That run.</param>
/// <param name="Epoch">The epoch of its first frame; 0 when it holds none.</param>
/// <param name="Index">The number of that frame.</param>
internal sealed record RecordFile(
    string Path, string SourceId, DateTimeOffset StartedAt, string RunId, int Epoch = 0, long Index = 0)
{
    /// <summary>Part of the name of a damaged record that a resumed run has put aside.</summary>
    private const string Aside = ".damaged-";

    /// <summary>
    /// The records in a folder and the folders below, source by source, each in order of time; or a single one. What holds
    /// something else is left out.
    /// </summary>
    /// <param name="path">An output folder or a file.</param>
    /// <param name="warn">Is told what is left out, in a sentence.</param>
    /// <exception cref="ExportUseException">There is none.</exception>
    /// <exception cref="EmitException">One cannot be read.</exception>
    public static IReadOnlyList<RecordFile> Find(string path, Action<string> warn)
    {
        if (File.Exists(path))
        {
            return [Peek(path) ?? throw new ExportUseException($"{path}: its first line is not the 'stream_start' of frames/1.")];
        }

        if (!Directory.Exists(path))
        {
            throw new ExportUseException($"{path}: there is no such file or folder.");
        }

        var files = new List<RecordFile>();
        foreach (var file in Files(path))
        {
            if (System.IO.Path.GetFileName(file).Contains(Aside, StringComparison.Ordinal))
            {
                warn($"{file}: is a damaged record that was put aside: it is left out.");
            }
            else if (Peek(file) is { } found)
            {
                files.Add(found);
            }
            else
            {
                warn($"{file}: its first line is not the 'stream_start' of frames/1: it is left out.");
            }
        }

        return files.Count == 0
            ? throw new ExportUseException($"{path}: holds no JSON lines of a run (*.jsonl, frames/1).")
            :
            [
                .. files.OrderBy(file => file.SourceId, StringComparer.Ordinal)
                    .ThenBy(file => file.StartedAt)
                    .ThenBy(file => file.RunId, StringComparer.Ordinal)
                    .ThenBy(file => file.Epoch)
                    .ThenBy(file => file.Index)
                    .ThenBy(file => file.Path, StringComparer.Ordinal),
            ];
    }

    private static IEnumerable<string> Files(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EmitException($"{folder}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads as far as the first frame; null when the file does not begin as a record.</summary>
    private static RecordFile? Peek(string path)
    {
        RecordFile? found = null;
        foreach (var (line, _) in RecordedLines.Read(path))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                var type = root.GetProperty("type").GetString();
                if (found is null)
                {
                    found = type == "stream_start" && root.GetProperty("schema").ValueEquals("frames/1")
                        ? new RecordFile(
                            path,
                            root.GetProperty("source_id").GetString()!,
                            root.GetProperty("started_at").GetDateTimeOffset(),
                            root.GetProperty("run_id").GetString()!)
                        : null;
                }
                else if (type == "frame")
                {
                    return found with
                    {
                        Epoch = root.GetProperty("epoch").GetInt32(),
                        Index = root.GetProperty("frame_index").GetInt64(),
                    };
                }
            }
            catch (Exception exception) when (RecordedLines.IsDamage(exception))
            {
                // Who reads the whole file says what is wrong, and where.
                return found;
            }

            if (found is null)
            {
                return null;
            }
        }

        return found;
    }
}
