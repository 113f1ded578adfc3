using System.Buffers.Binary;
using System.Text;
using OpenCvSharp;
using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Emit.Clips;

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
