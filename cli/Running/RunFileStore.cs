using System.Text;

namespace Streaming.Cli.Running;

/// <summary>
/// A run file on the disk. A text is written beside it and takes its place at once, so that no reader ever sees half of it, and
/// no crash leaves half of it. Mode and owner stay; a link stays a link.
/// </summary>
/// <param name="path">The file; it need not be there.</param>
internal sealed class RunFileStore(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>The text; empty when there is no file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string Read()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return Strict.GetString(bytes.AsSpan().StartsWith(Mark) ? bytes.AsSpan(Mark.Length) : bytes);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
        catch (DecoderFallbackException exception)
        {
            throw new IOException("it is not UTF-8.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException("permission denied.", exception);
        }
    }

    /// <summary>Replaces the text.</summary>
    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    public void Write(string text)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Environment.ProcessId}.tmp");
        try
        {
            try
            {
                WriteTo(temporary, target, text);
                File.Move(temporary, target, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException("permission denied.", exception);
        }
    }

    private static void WriteTo(string temporary, string target, string text)
    {
        var owner = FileOwner.Of(target);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // A file that may hold passwords is its owner's alone from the first byte on.
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(temporary, options);
        file.Write(Strict.GetBytes(text));
        file.Flush(flushToDisk: true);
        if (owner is { } kept && !OperatingSystem.IsWindows())
        {
            if (!kept.TryOwn(temporary))
            {
                throw new IOException("it belongs to somebody else, and would no longer.");
            }

            // Last: giving a file away takes bits of its mode.
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }
    }
}
