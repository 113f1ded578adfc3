using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// A picture, or the pictures of a folder in the order of their names. EXIF rotation is applied. Of several pictures one that
/// cannot be decoded is a failed frame, and the next ones follow.
/// </summary>
internal sealed class ImageSource : IFrameSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"];

    private readonly IReadOnlyList<string> _files;
    private readonly SourceContext _context;
    private int _next;

    private ImageSource(SourceInfo info, IReadOnlyList<string> files, SourceContext context)
    {
        (Info, _files, _context) = (info, files, context);
    }

    /// <summary>Pictures and folders of pictures.</summary>
    public static SourceKind Kind { get; } = new(
        "picture or folder of pictures",
        path => Directory.Exists(path) || IsImage(path),
        _ => false,
        SourceFiles.NameOf,
        (config, context, firstIndex, _) => Open(config.Input, context, firstIndex, config.Recursive))
    {
        IsFile = true,
        LoadLibraries = () => _ = OpenCv.MissingLibrary,
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; }

    /// <summary>Whether a file's name is that of a picture.</summary>
    /// <param name="path">The file.</param>
    public static bool IsImage(string path)
    {
        return Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Opens a picture or a folder of pictures.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="context">Name, memory, clock and largest picture.</param>
    /// <param name="firstIndex">The first picture that is read.</param>
    /// <param name="isRecursive">Whether those of the folders inside are read too.</param>
    /// <exception cref="DecodeException">There is no picture, or the only one cannot be decoded.</exception>
    public static ImageSource Open(string path, SourceContext context, long firstIndex = 0, bool isRecursive = false)
    {
        SourceFiles.CheckReadable(path);
        string[] files = Directory.Exists(path) ? [.. SourceFiles.InFolder(path, isRecursive).Where(IsImage)] : [path];
        return files.Length > 0
            ? Open(files, path, context, firstIndex)
            : throw new DecodeException(
                DecodeError.NotFound, $"{path}: the folder holds no pictures ({string.Join(", ", Extensions)}).");
    }

    /// <summary>Opens a list of pictures.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="location">What the list is called.</param>
    /// <param name="context">Name, memory, clock and largest picture.</param>
    /// <param name="firstIndex">The first picture that is read.</param>
    /// <exception cref="DecodeException">The only picture cannot be decoded.</exception>
    public static ImageSource Open(IReadOnlyList<string> files, string location, SourceContext context, long firstIndex = 0)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        var info = new SourceInfo(context.Id, location, FirstSize(files, context), null, files.Count)
        {
            Codec = Path.GetExtension(files[0]).TrimStart('.'),
            Decoder = "OpenCV",
        };
        return new ImageSource(info, files, context) { _next = (int)Math.Min(firstIndex, files.Count) };
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
        var now = _context.Time.GetUtcNow();
        var identity = new FrameIdentity(Info.Id, 0, _next, TimeSpan.Zero, PtsOrigin.Estimated, now, NameOf(file));
        _next++;
        try
        {
            using var picture = Picture.Decode(file, _context.Limit);
            var pixels = _context.Rent(new ImageSize(picture.Rows, picture.Cols), file);
            using var target = OpenCv.AsMat(pixels);
            picture.CopyTo(target);
            return new Frame(identity, pixels);
        }
        catch (DecodeException exception) when (_files.Count > 1)
        {
            return new Frame(identity, Black(file)) { Failure = exception.Message };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _next = _files.Count;
    }

    /// <summary>A picture's name: its path in the folder that is read.</summary>
    private string NameOf(string file)
    {
        return Directory.Exists(Info.Location) ? Path.GetRelativePath(Info.Location, file) : Path.GetFileName(file);
    }

    /// <summary>The size of the first picture that can be decoded.</summary>
    private static ImageSize FirstSize(IReadOnlyList<string> files, SourceContext context)
    {
        foreach (var file in files)
        {
            try
            {
                using var picture = Picture.Decode(file, context.Limit);
                return new ImageSize(picture.Rows, picture.Cols);
            }
            catch (DecodeException) when (files.Count > 1)
            {
                // It will be a failed frame.
            }
        }

        return new ImageSize(1, 1);
    }

    /// <summary>What stands for a picture that cannot be decoded: of its size when that is known and allowed.</summary>
    private PixelBuffer Black(string file)
    {
        var size = Picture.Measure(file) ?? new ImageSize(1, 1);
        var pixels = _context.Pool.Rent(_context.Limit.Allows(size) ? size : new ImageSize(1, 1));
        pixels.Span.Clear();
        return pixels;
    }
}
