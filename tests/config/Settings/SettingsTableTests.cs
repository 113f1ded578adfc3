using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Config.Tests.Settings;

public sealed class SettingsTableTests
{
    [Theory]
    [InlineData("output.folder", "--mine", "output.folder is declared twice.")]
    [InlineData("output.mine", "--output", "--output is declared twice.")]
    [InlineData("outputs.mine", "--mine", "outputs.mine does not belong to the section 'output'.")]
    public void Constructor_WrongDeclaration_IsRefused(string path, string flag, string expected)
    {
        var setting = new Setting<bool>(path, SettingTypes.Switch)
        {
            Flags = [SettingFlag.Yes(flag)],
            Usual = false,
            Help = "Mine.",
        };
        Assert.StartsWith(
            expected, Assert.Throws<ArgumentException>(() => RunSettings.Table([setting])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_Settings_AreExplainedInSentences()
    {
        Assert.All(RunSettings.Table([]).All, setting =>
        {
            string[] names = ["rtsps", "detectron2", "bytetrack", "ocsort"];
            var isName = names.Any(name => setting.Help.StartsWith(name, StringComparison.Ordinal));
            Assert.True(isName || char.IsUpper(setting.Help[0]), setting.Help);
            Assert.EndsWith(".", setting.Help, StringComparison.Ordinal);
            Assert.False(setting.Default is { } usual && usual.EndsWith('.'), setting.Path);
        });
    }

    [Fact]
    public void Get_SettingWithoutADefault_IsAProgrammersError()
    {
        Assert.Throws<InvalidOperationException>(() => SettingValues.None.Get(BatchingSettings.MaxSize));
    }
}
