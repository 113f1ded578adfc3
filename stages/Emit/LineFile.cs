namespace Streaming.Stages.Emit;

/// <summary>
/// A file of lines. Each goes to the file whole, in one call, so that a killed program loses none; the file is forced to the
/// disk only when asked.
/// </summary>
internal sealed class LineFile : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Opens a file to add lines to.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it must be there.</param>
    /// <param name="length">Bytes that are kept; null keeps all whole lines.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    public LineFile(string path, FileMode mode, long? length)
    {
        Path = path;
        try
        {
            _file = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }

        try
        {
            _file.SetLength(length ?? WholeLines.Length(_file));
            _file.Seek(0, SeekOrigin.End);
        }
        catch (IOException exception)
        {
            _file.Dispose();
            throw EmitException.For(path, exception);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => _file.Position == 0;

    /// <summary>Adds a line.</summary>
    /// <param name="line">With its line feed.</param>
    /// <exception cref="EmitException">It cannot be written; nothing of it is in the file.</exception>
    public void Write(ReadOnlySpan<byte> line)
    {
        var start = _file.Position;
        try
        {
            _file.Write(line);
        }
        catch (IOException exception)
        {
            CutOff(start);
            throw EmitException.For(Path, exception);
        }
    }

    /// <summary>Forces all lines to the disk.</summary>
    /// <exception cref="EmitException">That fails.</exception>
    public void Sync()
    {
        try
        {
            _file.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            throw EmitException.For(Path, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
    }

    /// <summary>On a full disk a part of the line may have been written: whole lines only.</summary>
    private void CutOff(long length)
    {
        try
        {
            _file.SetLength(length);
        }
        catch (IOException)
        {
            // The first error is the one that is told.
        }
    }
}
