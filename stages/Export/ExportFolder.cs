using Streaming.Stages.Emit;

namespace Streaming.Stages.Export;

/// <summary>
/// The folder of an export. What a format writes lies in a folder within until all is whole; only then it takes its place, so
/// that neither an error nor a kill leaves half an export, or takes an earlier one away.
/// </summary>
internal sealed class ExportFolder : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly IReadOnlyList<string> _names;
    private readonly bool _isNew;

    /// <param name="path">The folder.</param>
    /// <param name="names">The files and folders in it that the format may write.</param>
    /// <param name="overwrite">Whether these may be there already; other files are never touched.</param>
    /// <exception cref="ExportUseException">One of them is there and may not be.</exception>
    /// <exception cref="EmitException">The folder cannot be written.</exception>
    public ExportFolder(string path, IReadOnlyList<string> names, bool overwrite)
    {
        (_path, _names, _partial, _isNew) = (path, names, Path.Combine(path, ".export.partial"), !Path.Exists(path));
        if (File.Exists(path))
        {
            throw new ExportUseException($"{path}: is a file; an export is a folder: name another one with --output.");
        }

        if (!overwrite && names.Select(name => Path.Combine(path, name)).FirstOrDefault(Path.Exists) is { } taken)
        {
            throw new ExportUseException($"{taken}: exists already: give --overwrite, or another folder with --output.");
        }

        Try(() =>
        {
            Delete(_partial);
            Directory.CreateDirectory(_partial);
        });
    }

    /// <summary>Where to write a file or folder for now.</summary>
    /// <param name="name">Its name; it may name a folder.</param>
    public string PathOf(string name)
    {
        return OutputPlace.WithFolders(Path.Combine(_partial, name));
    }

    /// <summary>Puts what was written into its place, and takes away what an earlier export has left.</summary>
    /// <exception cref="EmitException">It cannot be moved.</exception>
    public void Complete()
    {
        Try(() =>
        {
            foreach (var name in _names)
            {
                var (from, to) = (Path.Combine(_partial, name), Path.Combine(_path, name));
                Delete(to);
                if (Path.Exists(from))
                {
                    Directory.Move(from, to);
                }
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Delete(_partial);
            if (_isNew && !Directory.EnumerateFileSystemEntries(_path).Any())
            {
                Directory.Delete(_path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What led here is told; the next export tries again.
        }
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(_path, exception);
        }
    }
}
