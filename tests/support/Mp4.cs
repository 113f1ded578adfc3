using System.Buffers.Binary;
using System.Text;
using OpenCvSharp;
using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Testing;

/// <summary>What is in an MP4 file.</summary>
internal static class Mp4
{
    /// <summary>The coded frames, with their times from the first one on.</summary>
    public static IReadOnlyList<Packet> Packets(string path, VideoCodec codec = VideoCodec.H264)
    {
        using var pipeline = new GstPipeline(
            $"filesrc name=file ! qtdemux ! {GstPacketReader.Form(codec)} ! appsink name=packets sync=false");
        pipeline["file"].Set("location", path);
        var reader = new GstPacketReader(pipeline["packets"]);
        pipeline.Play();
        var packets = new List<Packet>();
        while (reader.TryPull(TimeSpan.FromSeconds(10)) is var (_, packet))
        {
            packets.Add(packet);
        }

        Assert.Null(pipeline.TakeError());
        Assert.True(reader.IsEos);
        return packets;
    }

    /// <summary>The NAL units of a packet that hold slices: parameter sets and delimiters may be repeated on the way.</summary>
    public static string Slices(Packet packet, VideoCodec codec = VideoCodec.H264)
    {
        var slices = new StringBuilder();
        var data = packet.Data.AsSpan();
        while (data.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(data);
            var unit = data.Slice(4, length);
            var isSlice = codec == VideoCodec.H264 ? (unit[0] & 31) is 1 or 5 : ((unit[0] >> 1) & 63) < 32;
            slices.Append(isSlice ? Convert.ToHexString(unit) + ";" : "");
            data = data[(4 + length)..];
        }

        return slices.ToString();
    }

    /// <summary>The names of the file's boxes, in order.</summary>
    public static IReadOnlyList<string> Boxes(string path)
    {
        var names = new List<string>();
        var data = File.ReadAllBytes(path).AsSpan();
        while (data.Length > 0)
        {
            names.Add(Encoding.ASCII.GetString(data.Slice(4, 4)));
            data = data[BinaryPrimitives.ReadInt32BigEndian(data)..];
        }

        return names;
    }

    /// <summary>The frames in those fragments of a file that are there whole: what a kill leaves ends anywhere.</summary>
    public static int WholeFrames(string path)
    {
        var data = File.ReadAllBytes(path).AsSpan();
        var (frames, waiting) = (0, 0);
        while (data.Length >= 8 && BinaryPrimitives.ReadInt32BigEndian(data) is var length && length <= data.Length)
        {
            var box = data[..length];
            switch (Encoding.ASCII.GetString(box.Slice(4, 4)))
            {
                case "moof":
                    // The track's run begins with its flags and the number of its frames.
                    waiting = BinaryPrimitives.ReadInt32BigEndian(box[(box.IndexOf("trun"u8) + 8)..]);
                    break;
                case "mdat":
                    (frames, waiting) = (frames + waiting, 0);
                    break;
            }

            data = data[length..];
        }

        return frames;
    }

    /// <summary>Decodes all frames; their times in milliseconds, as another library than ours reads them.</summary>
    public static IReadOnlyList<double> Decode(string path)
    {
        using var capture = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        using var picture = new Mat();
        var times = new List<double>();
        while (capture.Read(picture) && !picture.Empty())
        {
            times.Add(capture.PosMsec);
        }

        return times;
    }
}
