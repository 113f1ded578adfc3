using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>A picture, or the pictures of a folder in the order of their names. EXIF rotation is applied.</summary>
public sealed class ImageSource : IFrameSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"];

    private readonly IReadOnlyList<string> _files;
    private readonly PixelPool _pool;
    private readonly TimeProvider _time;
    private int _next;

    private ImageSource(SourceInfo info, IReadOnlyList<string> files, PixelPool pool, TimeProvider time)
    {
        (Info, _files, _pool, _time) = (info, files, pool, time);
    }

    /// <summary>Pictures and folders of pictures.</summary>
    public static SourceKind Kind { get; } = new(
        "picture or folder of pictures",
        path => Directory.Exists(path) || IsImage(path),
        _ => false,
        SourceFiles.NameOf,
        (config, context, firstIndex, _) => Open(config, context, firstIndex))
    {
        IsFile = true,
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; }

    /// <summary>Whether a file's name is that of a picture.</summary>
    /// <param name="path">The file.</param>
    public static bool IsImage(string path)
    {
        return Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
    }

    private static ImageSource Open(SourceConfig config, SourceContext context, long firstIndex)
    {
        SourceFiles.CheckReadable(config.Input);
        return Open(config.Input, context.Id, context.Pool, context.Time, firstIndex);
    }

    /// <summary>Opens a picture or a folder of pictures.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="firstIndex">The first picture that is read.</param>
    /// <exception cref="DecodeException">There is no picture.</exception>
    public static ImageSource Open(string path, string id, PixelPool pool, TimeProvider time, long firstIndex = 0)
    {
        string[] files = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path).Where(IsImage).Order(StringComparer.Ordinal)]
            : [path];
        if (files.Length == 0)
        {
            throw new DecodeException(DecodeError.NotFound, $"{path}: the folder holds no pictures ({string.Join(", ", Extensions)}).");
        }

        return Open(files, path, id, pool, time, firstIndex);
    }

    /// <summary>Opens a list of pictures.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="location">What the list is called.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="firstIndex">The first picture that is read.</param>
    /// <exception cref="DecodeException">The first picture cannot be decoded.</exception>
    public static ImageSource Open(IReadOnlyList<string> files, string location, string id, PixelPool pool, TimeProvider time, long firstIndex = 0)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        // The first picture tells the size, and that there is something to decode.
        using var first = Picture.Decode(files[0]);
        var info = new SourceInfo(id, location, new ImageSize(first.Rows, first.Cols), null, files.Count) { Codec = Path.GetExtension(files[0]).TrimStart('.'), Decoder = "OpenCV" };
        return new ImageSource(info, files, pool, time) { _next = (int)Math.Min(firstIndex, files.Count) };
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_next == _files.Count)
        {
            return null;
        }

        var file = _files[_next];
        using var picture = Picture.Decode(file);
        var pixels = _pool.Rent(new ImageSize(picture.Rows, picture.Cols));
        using var target = OpenCv.AsMat(pixels);
        picture.CopyTo(target);
        return new Frame(new FrameIdentity(Info.Id, 0, _next++, TimeSpan.Zero, PtsOrigin.Estimated, _time.GetUtcNow(), Path.GetFileName(file)), pixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _next = _files.Count;
    }
}
