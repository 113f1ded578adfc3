using NJsonSchema;
using NJsonSchema.Validation;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using YamlDotNet.Serialization;

namespace Streaming.Cli.Tests;

/// <summary>What is made of the table of settings: the schema, the document, and the samples that must fit them.</summary>
public sealed class DocumentsTests
{
    private static string Root => Golden.RepositoryRoot();

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(Path.Combine(Root, "samples", "run-files"), "*.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [InlineData("--schema", "run-1.schema.json")]
    [InlineData("--settings", "settings.md")]
    public async Task Check_Document_IsTheOneInDocs(string flag, string name)
    {
        var (code, output, _) = await CommandLine.RunAsync("check", flag);
        Assert.Equal(0, code);
        var written = await File.ReadAllTextAsync(Path.Combine(Root, "docs", name));
        Assert.True(output == written, $"docs/{name} is old: make it anew by './streaming check {flag} > docs/{name}'");
    }

    [Fact]
    public void Settings_Document_NamesEverySettingAndFlag()
    {
        var document = SettingsDocument.ToMarkdown(Kinds.Settings);
        Assert.All(Kinds.Settings.All, setting => Assert.Contains($"- **`{setting.Key}`**", document, StringComparison.Ordinal));
        Assert.All(Kinds.Settings.All.SelectMany(setting => setting.Flags), flag => Assert.Contains(
            flag.Name, document, StringComparison.Ordinal));
        Assert.All(Kinds.Settings.All.OfType<SettingList>().SelectMany(list => list.Items), setting => Assert.Contains(
            $"### {setting.Section}\n", document, StringComparison.Ordinal));
        Assert.All(document.Split('\n'), line => Assert.InRange(line.Length, 0, 130));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Samples_AreGoodAndFitTheSchema(string name)
    {
        var path = Path.Combine(Root, "samples", "run-files", name);
        var request = new RunFile(Kinds.Settings, _ => "from-the-environment").Read(path);
        Assert.Empty(request.Errors.Concat(RunChecks.Errors(request)));
        Assert.NotEmpty(request.Sources);
        Assert.Empty(await ValidateAsync(await File.ReadAllTextAsync(path)));
    }

    [Theory]
    [InlineData("sources: [{ id: a }]")]
    [InlineData("model: {}")]
    [InlineData("sources: [{ input: a, nonsense: 1 }]")]
    [InlineData("sources: [{ input: a, when_full: never }]")]
    [InlineData("defaults: { id: a }\nsources: [{ input: a }]")]
    public async Task Schema_WrongFile_IsRefused(string text)
    {
        // So that the test above can fail; the reader refuses the same.
        Assert.NotEmpty(await ValidateAsync(text));
        Assert.NotEmpty(new RunFile(Kinds.Settings, _ => null).Parse(text, "run.yaml").Errors);
    }

    private static async Task<ICollection<ValidationError>> ValidateAsync(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(SettingsSchema.ToJson(Kinds.Settings));
        var tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(yaml);
        return schema.Validate(new SerializerBuilder().JsonCompatible().Build().Serialize(tree!));
    }
}
