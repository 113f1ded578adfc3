using System.CommandLine;
using Streaming.Cli.Commands;
using Streaming.Config.Run;

namespace Streaming.Cli.Tests.Commands;

public sealed class RunOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Read_FlagsOverAFile_WinForEverySource()
    {
        var config = Read("""
            batching: { max_size: 8, workers: 3 }
            defaults: { stride: 2, max_fps: 5 }
            sources: [{ input: a, stride: 4 }, { input: b }]
            """, "--batch-size", "4", "--max-fps", "7", "-o", "there", "--video");
        Assert.Equal((4, 3, "there"), (config.Batching.MaxSize, config.Batching.Workers, config.Output.Folder));
        Assert.Equal([(4, 7d), (2, 7d)], config.Sources.Select(source => (source.Stride, source.MaxFps!.Value)));
        Assert.Equal("--video", config.Values.Full(Kinds.Outputs.Single(kind => kind.Key == "video").Settings[0]));
    }

    [Theory]
    [InlineData("-w", "-w x")]
    [InlineData("--weights", "--weights x")]
    public void Read_Flag_IsNamedAsTheUserTypedIt(string flag, string expected)
    {
        Assert.Equal(expected, Read("sources: [{ input: a }]", flag, "x").Values.Full(ModelSettings.Weights));
    }

    [Fact]
    public void Read_NoFlag_NamesFileLineAndPath()
    {
        var config = Read("sources: [{ input: a }]\nmodel:\n  weights: synthetic:1");
        Assert.Equal($"{_folder.File("run.yaml")}:3: model.weights: 'synthetic:1'", config.Values.Full(ModelSettings.Weights));
    }

    [Fact]
    public void Read_RepeatedFlags_AreCollected()
    {
        var config = Read(
            "model: { set: [A=1], devices: [cpu] }\nsources: [{ input: a }]",
            "--set",
            "B=2",
            "--set",
            "C=3",
            "--device",
            "cuda:0",
            "--device",
            "cuda:1");
        Assert.Equal(["A=1", "B=2", "C=3"], config.Model.Set);
        Assert.Equal(["cuda:0", "cuda:1"], config.Model.Devices);
    }

    private RunConfig Read(string file, params string[] flags)
    {
        var options = new RunOptions();
        var command = new Command("run");
        options.AddTo(command);
        var request = options.Read(command.Parse([_folder.File("run.yaml", file), .. flags]));
        Assert.Empty(request.Errors);
        return RunConfig.From(request);
    }
}
