using System.Buffers.Binary;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Cv;

public sealed class PictureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Extensions => [".jpg", ".png", ".bmp", ".webp", ".tif", ".ppm"];

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Header_PictureOfEachFormat_TellsTheSizeThatIsDecoded(string extension)
    {
        var size = new ImageSize(37, 300);
        var file = Write(extension, size);
        Assert.Equal(size, PictureHeader.Read(File.ReadAllBytes(file)));
        Assert.Equal(size, Picture.Read(file).Size);
    }

    [Fact]
    public void Header_OtherKindsOfWebP_TellTheSize()
    {
        var file = _folder.File("alpha.webp");
        using (var picture = new Mat(37, 300, MatType.CV_8UC4, new Scalar(10, 20, 30, 100)))
        {
            foreach (var quality in new[] { 50, 101 })
            {
                Assert.True(Cv2.ImWrite(file, picture, new ImageEncodingParam(ImwriteFlags.WebPQuality, quality)));
                Assert.Equal(new ImageSize(37, 300), PictureHeader.Read(File.ReadAllBytes(file)));
            }
        }
    }

    [Theory]
    [InlineData("P6 # a comment\n#another\n 640\t480\n255\n", 640, 480)]
    [InlineData("P5\n640\n", 0, 0)]
    [InlineData("P7\n640 480\n", 0, 0)]
    [InlineData("P6", 0, 0)]
    [InlineData("", 0, 0)]
    [InlineData("GIF89a", 0, 0)]
    public void Header_Text_TellsTheSizeOrNothing(string text, int width, int height)
    {
        ImageSize? expected = width == 0 ? null : new ImageSize(height, width);
        Assert.Equal(expected, PictureHeader.Read(System.Text.Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Header_DamagedBytes_NeverThrows(string extension)
    {
        var content = File.ReadAllBytes(Write(extension, new ImageSize(20, 30)));
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = content[..random.Next(content.Length + 1)].ToArray();
            for (var j = random.Next(4); j > 0 && damaged.Length > 0; j--)
            {
                damaged[random.Next(Math.Min(damaged.Length, 64))] = (byte)random.Next(256);
            }

            var size = PictureHeader.Read(damaged);
            Assert.True(size is null or { Height: > 0, Width: > 0 });
            _ = JpegFile.IsWhole(damaged);
        }
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Read_FileCutShort_IsAnError(string extension)
    {
        var file = Write(extension, new ImageSize(90, 120));
        var content = File.ReadAllBytes(file);
        foreach (var part in new[] { 0.1, 0.5, 0.9 })
        {
            File.WriteAllBytes(file, content[..(int)(content.Length * part)]);
            var exception = Assert.Throws<DecodeException>(() => Picture.Read(file));
            Assert.Equal(DecodeError.Corrupt, exception.Error);
            Assert.StartsWith($"{file}: the picture cannot be decoded: it is ", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_JpegCutShortBehindAPreview_IsAnError()
    {
        // A camera's file holds a small JPEG in its header: its end mark is not that of the picture.
        var content = File.ReadAllBytes(Write(".jpg", new ImageSize(90, 120)));
        byte[] header = [0xff, 0xe1, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(content.Length + 2));
        byte[] whole = [.. content[..2], .. header, .. content, .. content[2..]];
        var file = _folder.File("preview.jpg");
        File.WriteAllBytes(file, [.. whole, 0, 0, 0]);
        Assert.Equal(new ImageSize(90, 120), Picture.Read(file).Size);

        File.WriteAllBytes(file, whole[..^20]);
        Assert.Contains(
            "it is cut off", Assert.Throws<DecodeException>(() => Picture.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_HugePicture_IsRefusedByItsHeader()
    {
        var file = _folder.File("huge.png");
        File.WriteAllBytes(file, HugePng(1_000_000, 1000));
        var exception = Assert.Throws<DecodeException>(() => Picture.Read(file));
        Assert.Equal(
            $"{file}: 1000000x1000 are 1000 megapixels; at most 100 are allowed (max_megapixels).", exception.Message);
    }

    [Theory]
    [InlineData(0.0107, false)]
    [InlineData(0.0108, true)]
    public void Decode_Limit_IsInclusive(double megapixels, bool isAllowed)
    {
        var file = Write(".png", new ImageSize(90, 120));
        using var picture = isAllowed ? Picture.Decode(file, new PixelLimit(megapixels)) : null;
        Assert.Equal(isAllowed ? new Size(120, 90) : null, picture?.Size());
        if (!isAllowed)
        {
            Assert.Throws<DecodeException>(() => Picture.Decode(file, new PixelLimit(megapixels)));
        }
    }

    /// <summary>The beginning of a PNG file of that size.</summary>
    internal static byte[] HugePng(int width, int height)
    {
        byte[] signature = [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a];
        byte[] file = [.. signature, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[8], 8, 2, 0, 0, 0, .. new byte[100]];
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }

    private string Write(string extension, ImageSize size)
    {
        return TestVideos.WriteImage(_folder.File($"picture{extension}"), size);
    }
}
