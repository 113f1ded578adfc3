using Microsoft.Extensions.Logging;
using Streaming.Config.Run;
using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Emit.Kept;

/// <summary>
/// The snapshots and clips of a run, and the removal of the oldest ones when the user's limits say so. Used by the outputs of all
/// sources at once.
/// </summary>
/// <param name="rules">What the user wants.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what is removed.</param>
/// <param name="freeSpace">The bytes that are free on the disk of a folder; the operating system's answer by default.</param>
internal sealed class KeptFiles(KeepRules rules, TimeProvider time, ILogger logger, Func<string, long?>? freeSpace = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeptFile> _files = new(StringComparer.Ordinal);
    private readonly Func<string, long?> _freeSpace = freeSpace ?? SegmentStore.FreeSpace;
    private string? _folder;
    private long _tidiedAt;

    /// <summary>Told of each file that was removed: its output's key, and why.</summary>
    public Action<string, string> Removed { get; set; } = (_, _) => { };

    /// <summary>
    /// Gets to know a folder, which is created, and removes what a kill has left half written in it.
    /// </summary>
    /// <param name="folder">The folder of one source's files; nobody writes there.</param>
    /// <param name="extension">What the files' names end in.</param>
    /// <exception cref="EmitException">It cannot be created or read.</exception>
    public void Open(string folder, string extension)
    {
        try
        {
            Directory.CreateDirectory(folder);
            lock (_gate)
            {
                _folder ??= folder;
                foreach (var file in new DirectoryInfo(folder).EnumerateFiles($"*{extension}"))
                {
                    if (file.Name.EndsWith(PartOf(extension), StringComparison.Ordinal))
                    {
                        Recover(file, extension);
                    }
                    else
                    {
                        Know(file);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(folder, exception);
        }

        Tidy();
    }

    /// <summary>The name of a file until it is whole.</summary>
    public static string PartOf(string path)
    {
        return Path.ChangeExtension(path, null) + ".part" + Path.GetExtension(path);
    }

    /// <summary>Gives a file that is whole its name; what was there is replaced.</summary>
    /// <param name="path">The name; the file is at <see cref="PartOf"/>.</param>
    /// <exception cref="EmitException">It cannot be renamed.</exception>
    public void Add(string path)
    {
        try
        {
            File.Move(PartOf(path), path, overwrite: true);
            lock (_gate)
            {
                Know(new FileInfo(path));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }

    /// <summary>
    /// Removes what is over the limits, if that was not looked at for a minute; on another thread, as it asks the disk much.
    /// </summary>
    public void TidySometimes()
    {
        if (rules != KeepRules.All && time.GetElapsedTime(Volatile.Read(ref _tidiedAt)) >= Interval)
        {
            Volatile.Write(ref _tidiedAt, time.GetTimestamp());
            Task.Run(Tidy);
        }
    }

    /// <summary>Removes what is over the limits.</summary>
    internal void Tidy()
    {
        Volatile.Write(ref _tidiedAt, time.GetTimestamp());
        if (rules == KeepRules.All)
        {
            return;
        }

        lock (_gate)
        {
            var free = rules.FreeBytes is null || _folder is null ? null : _freeSpace(_folder);
            var chosen = Retention.Choose(rules, _files.Values, file => file.Describe(), time.GetUtcNow(), 0, free);
            foreach (var (file, reason) in chosen.ToArray())
            {
                if (!TryRemove(file, reason))
                {
                    break;
                }
            }
        }
    }

    private bool TryRemove(KeptFile file, string reason)
    {
        try
        {
            File.Delete(file.Path);
            File.Delete(file.Path + KeptFile.Marker);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else has removed it.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            KeptLog.NotRemoved(logger, file.Path, exception.Message);
            return false;
        }

        _files.Remove(file.Path);
        KeptLog.Removed(logger, file.Path, reason);
        Removed(Path.GetExtension(file.Path) == ".mp4" ? "clips" : "snapshots", reason);
        return true;
    }

    private void Know(FileInfo file)
    {
        if (rules != KeepRules.All)
        {
            _files[file.FullName] = KeptFile.Of(file);
        }
    }

    /// <summary>A clip can be played as far as it goes, once it has a frame; of a picture nothing can be seen.</summary>
    private void Recover(FileInfo part, string extension)
    {
        if (extension != ".mp4" || !PartialClip.HasFrames(part))
        {
            part.Delete();
            return;
        }

        var path = OutputPlace.Free(part.FullName[..^PartOf(extension).Length] + ".recovered" + extension);
        part.MoveTo(path);
        KeptLog.Recovered(logger, path);
        Know(new FileInfo(path));
    }
}
