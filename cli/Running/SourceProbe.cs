using Streaming.Config.Run;
using Streaming.Server.Cameras;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Running;

/// <summary>Opens a source and reads its first frame: to find out what it is.</summary>
internal static class SourceProbe
{
    /// <summary>What a source is.</summary>
    /// <param name="config">The source.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public static ProbeReport Run(SourceConfig config, TimeProvider time, CancellationToken cancellationToken)
    {
        using var pool = new PixelPool();
        var started = time.GetTimestamp();
        using var source = Kinds.Sources.Probe(config, new SourceContext(config.Id, pool, time), cancellationToken);
        using var frame = source.Read(cancellationToken);
        var milliseconds = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);
        var info = source.Info;
        return new ProbeReport(
            info.Location,
            info.Size.Width,
            info.Size.Height,
            info.FrameRate?.Value,
            info.Codec,
            info.Decoder,
            info.FrameCount,
            Kinds.Sources.IsLive(config.Input),
            milliseconds);
    }

    /// <summary>What a source is that somebody asks for over HTTP: the first frame must come within the answer's time.</summary>
    /// <param name="request">The source.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public static Task<ProbeReport> RunAsync(ProbeRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var config = new SourceConfig
        {
            Id = "probe",
            Input = request.Input!,
            User = string.IsNullOrEmpty(request.User) ? null : request.User,
            Password = string.IsNullOrEmpty(request.Password) ? null : request.Password,
            OpenTimeout = ProbeEndpoint.Limit,
            ReadTimeout = ProbeEndpoint.Limit,
        };
        // What opens blocks; a decoder that does not listen is left to its own end.
        return Task.Run(() => Run(config, time, cancellationToken), CancellationToken.None).WaitAsync(cancellationToken);
    }
}
