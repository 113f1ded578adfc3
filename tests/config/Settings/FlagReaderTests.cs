using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Config.Tests.Settings;

public sealed class FlagReaderTests
{
    private static readonly Setting<string?> Video = new("output.video", SettingTypes.Template("{source}.mp4"))
    {
        Flags = [SettingFlag.Yes("--video")],
        Usual = null,
        Help = "A video.",
    };

    private readonly FlagReader _flags = new();

    [Fact]
    public void Add_Values_ArriveWithTheirTypes()
    {
        Add(BatchingSettings.MaxSize, "4");
        Add(SourceSettings.End, "2.5");
        Add(SourceSettings.Transport, "udp");
        Add(ModelSettings.Devices, "cuda:0", "cuda:1");
        Add(ModelSettings.Weights, "0123");
        Add(ModelSettings.Exact);
        var values = _flags.Values;
        Assert.Empty(_flags.Errors);
        Assert.Equal(
            (4, TimeSpan.FromSeconds(2.5)), (values.FindValue(BatchingSettings.MaxSize), values.FindValue(SourceSettings.End)));
        Assert.Equal(
            (Transport.Udp, "0123", true),
            (values.Get(SourceSettings.Transport), values.Find(ModelSettings.Weights), values.Get(ModelSettings.Exact)));
        Assert.Equal(["cuda:0", "cuda:1"], values.Get(ModelSettings.Devices));
        Assert.Equal("--device cuda:0 --device cuda:1", values.Full(ModelSettings.Devices));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("1025")]
    [InlineData("2.5")]
    [InlineData("")]
    [InlineData("nan")]
    public void Add_NoWholeNumberInTheRange_SpeaksOfOne(string word)
    {
        Add(BatchingSettings.MaxSize, word);
        var typed = $"--batch-size {word}".TrimEnd();
        Assert.Equal($"{typed} is not supported; supported: a whole number from 1 to 1024.", Assert.Single(_flags.Errors));
        Assert.False(_flags.Values.IsGiven(BatchingSettings.MaxSize));
    }

    [Fact]
    public void Add_OneWrongItem_NamesThatOne()
    {
        Add(ModelSettings.Devices, "cpu", "gpu");
        Assert.Equal("--device gpu is not supported; supported: auto, cpu, cuda, cuda:N.", Assert.Single(_flags.Errors));
    }

    [Fact]
    public void Add_TwoFlagsOfOneSetting_ContradictEachOther()
    {
        foreach (var flag in OutputSettings.Existing.Flags)
        {
            _flags.Add(OutputSettings.Existing, flag, flag.Name, []);
        }

        Assert.Equal("--overwrite and --resume: use one of them.", Assert.Single(_flags.Errors));
    }

    [Fact]
    public void Add_WordThatIsNotTheFlags_IsRefused()
    {
        var flag = new SettingFlag("--lines") { Value = "true", Word = "-" };
        var setting = new Setting<bool>("output.lines", SettingTypes.Switch) { Flags = [flag], Usual = false, Help = "Lines." };
        _flags.Add(setting, flag, "--lines", ["file"]);
        Assert.Equal("--lines file is not supported; supported: -.", Assert.Single(_flags.Errors));
        var others = new FlagReader();
        others.Add(setting, flag, "--lines", ["-"]);
        Assert.True(others.Values.Get(setting));
    }

    [Fact]
    public void Over_File_FlagsWinAndOverridesAreAdded()
    {
        Add(BatchingSettings.MaxSize, "4");
        Add(ModelSettings.Set, "A=2");
        var file = SettingValues.None.With(BatchingSettings.MaxSize, 8).With(BatchingSettings.Workers, 3).With(
            ModelSettings.Set, ["A=1"]);
        var values = _flags.Values.Over(file);
        Assert.Equal((4, 3), (values.FindValue(BatchingSettings.MaxSize), values.FindValue(BatchingSettings.Workers)));
        Assert.Equal(["A=1", "A=2"], values.Get(ModelSettings.Set));
        Assert.Equal(("--batch-size 4", "--batch-size 4"), (values.Full(BatchingSettings.MaxSize), values.Brief(
            BatchingSettings.MaxSize)));
    }

    [Theory]
    [InlineData("mine.mp4", "mine.mp4")]
    [InlineData(null, "{source}.mp4")]
    public void Over_FileWithAName_AFlagLeavesTheOutputItsName(string? inTheFile, string expected)
    {
        Add(Video);
        Assert.Equal(expected, _flags.Values.Over(SettingValues.None.With(Video, inTheFile)).Get(Video));
    }

    [Fact]
    public void AddVariable_Secret_IsNotShown()
    {
        _flags.AddVariable(MetricsSettings.Token, "STREAMING_METRICS_TOKEN", "hunter2");
        Assert.Equal("hunter2", _flags.Values.Find(MetricsSettings.Token));
        Assert.Equal("STREAMING_METRICS_TOKEN …", _flags.Values.Full(MetricsSettings.Token));
    }

    private void Add(Setting setting, params string[] words)
    {
        _flags.Add(setting, setting.Flags[0], setting.Flags[0].Name, words);
    }
}
