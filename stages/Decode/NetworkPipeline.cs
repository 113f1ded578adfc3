using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Decode;

/// <summary>The GStreamer pipeline of a network stream: receive, decode, convert to B, G, R, keep the newest frames.</summary>
internal static class NetworkPipeline
{
    /// <summary>A few frames are kept for moments in which our thread does not run; drop=true lets go of the oldest.</summary>
    private const string Convert =
        "videoconvert n-threads=1 ! video/x-raw,format=BGR ! appsink name=sink sync=false max-buffers=4 drop=true";

    /// <summary>Builds the pipeline; it does not run yet. Its frames come out at the element "sink".</summary>
    /// <exception cref="DecodeException">The address cannot have a password, or an element of GStreamer is missing.</exception>
    public static GstPipeline Create(StreamAddress address, NetworkOptions options, GstTrust trust)
    {
        var (isRtsp, isHttp) = (address.IsRtsp, address.Scheme is "http" or "https");
        if (address.HasUser && !isRtsp && !isHttp)
        {
            throw new DecodeException(
                DecodeError.Unsupported, $"{address}: user and password are supported for rtsp, rtsps, http and https only.");
        }

        var hasLocation = isRtsp || address.HasUser;
        try
        {
            var pipeline = new GstPipeline(isRtsp ? Rtsp(options.Transport)
                : address.HasUser ? $"souphttpsrc name=source is-live=true ! decodebin ! {Convert}"
                : $"uridecodebin name=source ! {Convert}");
            var source = pipeline["source"];
            source.Set(hasLocation ? "location" : "uri", address.Location.AbsoluteUri);
            if (address.HasUser)
            {
                source.Set("user-id", address.User);
                source.Set("user-pw", address.Password);
            }

            if (isRtsp)
            {
                trust.GuardRtsp(source);
            }
            else
            {
                pipeline.Guard(trust, source);
            }

            return pipeline;
        }
        catch (InvalidOperationException exception)
        {
            var message = $"{address}: GStreamer lacks a part ({exception.Message}): {GStreamer.Advice}";
            throw new DecodeException(DecodeError.MissingLibrary, message, exception);
        }
    }

    /// <summary>Of an RTSP stream the video alone.</summary>
    private static string Rtsp(Transport transport)
    {
        var protocol = transport == Transport.Udp ? "udp" : "tcp";
        return $"rtspsrc name=source protocols={protocol} latency=0 ! application/x-rtp,media=video ! decodebin ! {Convert}";
    }
}
