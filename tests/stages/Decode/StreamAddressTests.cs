using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

public sealed class StreamAddressTests
{
    [Theory]
    [InlineData("rtsp://cam.lan/h264", "rtsp://cam.lan/h264", "", "", 554)]
    [InlineData("rtsp://joe:secret@cam.lan:8554/a?b=c@d", "rtsp://cam.lan:8554/a", "joe", "secret", 8554)]
    [InlineData("rtsp://joe:se@cr%2Fet@cam.lan/", "rtsp://cam.lan/", "joe", "se@cr/et", 554)]
    [InlineData("http://joe@cam.lan/x", "http://cam.lan/x", "joe", "", 80)]
    [InlineData("HTTPS://cam.lan/x?token=abc#part", "https://cam.lan/x", "", "", 443)]
    [InlineData("http://cam.lan/video.cgi?user=joe&pwd=secret", "http://cam.lan/video.cgi", "", "", 80)]
    [InlineData("udp://127.0.0.1:5000", "udp://127.0.0.1:5000/", "", "", null)]
    public void Parse_Address_ShowsNoSecret(string text, string shown, string user, string password, int? port)
    {
        var address = StreamAddress.Parse(text);
        Assert.Equal((shown, user, password, port), (address.ToString(), address.User, address.Password, address.Port));
    }

    [Fact]
    public void Location_OfAnAddressWithAQuery_KeepsIt()
    {
        Assert.Equal(
            "http://cam.lan/x?token=abc", StreamAddress.Parse("http://joe:secret@cam.lan/x?token=abc").Location.AbsoluteUri);
    }

    [Theory]
    [InlineData("rtsp://cam.lan:8554/a/b?token=abc", "cam.lan_a_b")]
    [InlineData("rtsp://joe:12/3@cam.lan/a", "cam.lan_a")]
    public void FileName_Address_IsMadeOfWhatIsShown(string text, string expected)
    {
        Assert.Equal(expected, StreamAddress.Parse(text).FileName);
    }

    [Theory]
    [InlineData("rtsp://joe:sec/ret@cam.lan")]
    [InlineData("rtsp://joe:sec#ret@cam.lan")]
    [InlineData("rtsp://joe:sec?ret@cam.lan")]
    [InlineData("rtsp://")]
    public void Parse_Malformed_IsRefusedWithoutRepeatingIt(string text)
    {
        var exception = Assert.Throws<DecodeException>(() => StreamAddress.Parse(text));
        Assert.StartsWith("an address that begins with rtsp:// is malformed: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sec", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("srt://joe:secret@cam.lan:9000?mode=caller", "srt")]
    [InlineData("rtp://239.0.0.1:5004", "rtp")]
    [InlineData("file:///home/joe/clip.mp4", "file")]
    public void Parse_UnknownKind_NamesTheSupportedOnes(string text, string scheme)
    {
        Assert.True(StreamAddress.IsAddress(text));
        var exception = Assert.Throws<DecodeException>(() => StreamAddress.Parse(text));
        Assert.Equal(
            $"addresses that begin with {scheme}:// are not supported; supported: "
            + "rtsp, rtsps, http, https, rtmp, udp, and paths of files.",
            exception.Message);
    }

    [Theory]
    [InlineData("clips/a.mp4", "clips/a.mp4")]
    [InlineData("/data/joe@home/a.mp4", "/data/joe@home/a.mp4")]
    [InlineData("usb:0", "usb:0")]
    [InlineData("rtsp:/joe:secret@cam.lan/x", "rtsp:/…@cam.lan/x")]
    [InlineData("rtsp//joe:secret@cam.lan/x?token=abc", "rtsp//…@cam.lan/x")]
    [InlineData("rtsp://joe:12/3@cam.lan/x", "rtsp://…@cam.lan/x")]
    public void Show_Location_HidesWhatMayBeASecret(string text, string expected)
    {
        Assert.Equal(expected, StreamAddress.Show(text));
    }
}
