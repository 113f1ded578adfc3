using System.Text.RegularExpressions;

namespace Streaming.Architecture.Tests;

/// <summary>The code in docs/library.md is that of the samples, which are built and run by other tests.</summary>
public sealed partial class LibraryDocTests
{
    [Fact]
    public void Snippets_AreLinesOfTheSamplesThatTheyName()
    {
        var text = Repository.Read("docs/library.md");
        var snippets = Snippet().Matches(text);
        Assert.Equal(CodeBlock().Count(text), snippets.Count);
        Assert.True(snippets.Count > 3, $"only {snippets.Count} snippets were found");
        Assert.All(
            snippets,
            match =>
                Assert.Contains(
                    match.Groups["code"].Value, Repository.Read(match.Groups["file"].Value), StringComparison.Ordinal));
    }

    [GeneratedRegex(
        @"^<!-- (?<file>samples/\S+) -->\n```csharp\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Snippet();

    [GeneratedRegex("^```csharp$", RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
