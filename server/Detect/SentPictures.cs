using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Streaming.Server.Detect;

/// <summary>A picture that somebody sent.</summary>
/// <param name="Name">Its file name, or what stands for one.</param>
/// <param name="Content">The file.</param>
internal sealed record SentPicture(string Name, byte[] Content);

/// <summary>Reads the pictures of a request: its body is one, or a form with several.</summary>
internal static class SentPictures
{
    /// <summary>Most bytes of a request.</summary>
    public const long MaxBytes = 32 << 20;

    /// <summary>Most pictures of a request.</summary>
    public const int MaxPictures = 16;

    private const string Allowed =
        "image/jpeg, image/png, image/webp, image/bmp, image/tiff, or multipart/form-data with such files";

    /// <summary>The pictures, in their order.</summary>
    /// <exception cref="BadHttpRequestException">The request is wrong; its status says how.</exception>
    public static async Task<IReadOnlyList<SentPicture>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported(request.ContentType);
        }

        if (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase))
        {
            return [new SentPicture("picture", await ReadAsync(request.Body, cancellationToken).ConfigureAwait(false))];
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(boundary))
        {
            throw Unsupported(request.ContentType);
        }

        var pictures = new List<SentPicture>();
        var reader = new MultipartReader(boundary, request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
            {
                if (pictures.Count == MaxPictures)
                {
                    throw new BadHttpRequestException(
                        $"There are more than {MaxPictures} pictures, which is the most at once.",
                        StatusCodes.Status413PayloadTooLarge);
                }

                var name = section.GetContentDispositionHeader()?.FileName.Value is { Length: > 0 } file
                    ? Path.GetFileName(HeaderUtilities.RemoveQuotes(file).Value!) : $"picture {pictures.Count + 1}";
                pictures.Add(new SentPicture(name, await ReadAsync(section.Body, cancellationToken).ConfigureAwait(false)));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The form is damaged or cut off.", StatusCodes.Status400BadRequest, exception);
        }

        return pictures.Count > 0 ? pictures : throw new BadHttpRequestException("The form holds no picture.");
    }

    private static BadHttpRequestException Unsupported(string? type)
    {
        return new BadHttpRequestException(
            $"Content-Type: '{type}' is not supported; send {Allowed}.", StatusCodes.Status415UnsupportedMediaType);
    }

    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await body.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        return content.ToArray();
    }
}
