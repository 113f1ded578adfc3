using Streaming.Stages.Isolation;

namespace Streaming.Stages.Tests.Isolation;

public sealed class MessagePipeTests
{
    [Fact]
    public void Read_WhatWasWritten_ComesBackAndThenTheEnd()
    {
        using var stream = new MemoryStream();
        var writer = new MessagePipe(Stream.Null, stream);
        writer.Write(MessageKind.Frame);
        writer.Write(MessageKind.Remark, new FrameRemark("ä.png", new string('x', 10_000)), DecoderJson.Default.FrameRemark);
        writer.Write(MessageKind.Ended);
        stream.Position = 0;

        var reader = new MessagePipe(stream, Stream.Null);
        Assert.Equal(MessageKind.Frame, reader.Read());
        Assert.Equal(MessageKind.Remark, reader.Read());
        Assert.Equal(new FrameRemark("ä.png", new string('x', 10_000)), reader.Content(DecoderJson.Default.FrameRemark));
        Assert.Equal(MessageKind.Ended, reader.Read());
        Assert.Equal(MessageKind.End, reader.Read());
    }

    [Theory]
    [InlineData(new byte[] { (byte)'?' })]
    [InlineData(new byte[] { (byte)'x', 1, 0 })]
    [InlineData(new byte[] { (byte)'x', 5, 0, 0, 0, 1 })]
    [InlineData(new byte[] { (byte)'x', 255, 255, 255, 127 })]
    [InlineData(new byte[] { (byte)'x', 255, 255, 255, 255 })]
    [InlineData(new byte[] { (byte)'x', 1, 0, 0, 0, (byte)'{' })]
    [InlineData(new byte[] { (byte)'x', 4, 0, 0, 0, (byte)'n', (byte)'u', (byte)'l', (byte)'l' })]
    public void Read_Nonsense_IsRefused(byte[] bytes)
    {
        var sut = new MessagePipe(new MemoryStream(bytes), Stream.Null);
        Assert.Throws<InvalidDataException>(() =>
        {
            sut.Read();
            sut.Content(DecoderJson.Default.SourceFailed);
        });
    }
}
