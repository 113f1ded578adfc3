using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>Decodes a picture file to rows of B, G, R bytes, turned upright.</summary>
/// <param name="path">The file.</param>
/// <returns>The pixels without gaps, and the size.</returns>
internal delegate (byte[] Pixels, ImageSize Size) PictureReader(string path);
