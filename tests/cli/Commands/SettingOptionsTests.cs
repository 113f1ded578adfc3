using Streaming.Cli.Commands;
using Streaming.Config.Settings;

namespace Streaming.Cli.Tests.Commands;

public sealed class SettingOptionsTests
{
    private static readonly Setting[] Settings =
    [
        new Setting<string>("sources.color", SettingTypes.Choice(("red", "r"), ("blue", "b")))
        {
            Flags = [new SettingFlag("--color") { UsualWord = "blue" }],
            Usual = "r",
            Help = "A colour.",
        },
    ];

    [Theory]
    [InlineData("run --color clip.mp4", "run --color blue clip.mp4")]
    [InlineData("run --color red clip.mp4", "run --color red clip.mp4")]
    [InlineData("run clip.mp4 --color", "run clip.mp4 --color blue")]
    [InlineData("run --color --video clip.mp4", "run --color blue --video clip.mp4")]
    [InlineData("run --color=red clip.mp4", "run --color=red clip.mp4")]
    [InlineData("run --color Red", "run --color blue Red")]
    [InlineData("run -- --color clip.mp4", "run -- --color clip.mp4")]
    [InlineData("run clip.mp4", "run clip.mp4")]
    [InlineData("", "")]
    public void Complete_FlagThatMayStandAlone_TakesItsOwnWordsOnly(string typed, string expected)
    {
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, string.Join(' ', SettingOptions.Complete(words, Settings)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("bytetrack")]
    [InlineData("ocsort")]
    [InlineData("masks")]
    public void Complete_Track_KnowsTheTrackers(string word)
    {
        Assert.Equal(["--track", word], SettingOptions.Complete(["--track", word], Kinds.Settings.All));
        Assert.Equal(["--track", "bytetrack", $"{word}.mp4"], SettingOptions.Complete(
            ["--track", $"{word}.mp4"], Kinds.Settings.All));
    }
}
