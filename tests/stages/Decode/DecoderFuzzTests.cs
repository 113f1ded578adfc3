using Streaming.DecoderFuzz;
using Streaming.Fuzz;

namespace Streaming.Stages.Tests.Decode;

/// <summary>A small run of what `dotnet run --project tests/decoder-fuzz` does at length.</summary>
[Collection("Shared memory is counted")]
public sealed class DecoderFuzzTests
{
    [Fact]
    public void Decoder_DamagedFiles_FailsInItsOwnProcess()
    {
        using var target = DecoderTarget.Files();
        Check(target);
    }

    [Fact]
    public void Decoder_DamagedStreams_FailsInItsOwnProcess()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var target = DecoderTarget.Streams();
        Assert.SkipUnless(target.Target.Seeds.Count > 0, "gst-launch-1.0 is not on this machine");
        Check(target);
    }

    private static void Check(DecoderTarget target)
    {
        var result = Fuzzer.Run(target.Target, 10, 1);
        Assert.Empty(result.Failures);
        Assert.Equal((10, result.Refused), (result.Accepted + result.Refused, target.Errors.Values.Sum()));
    }
}
