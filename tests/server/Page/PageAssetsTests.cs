using System.Text;
using System.Text.RegularExpressions;
using Streaming.Server.Page;

namespace Streaming.Server.Tests.Page;

/// <summary>What the files of the live page hold.</summary>
public sealed partial class PageAssetsTests
{
    private const int Budget = 200_000;

    [Fact]
    public void Wall_LoadsLessThan200Kilobytes()
    {
        string[] first = ["index.html", "app.css", "icon.svg", "theme.js", "app.js"];
        var loaded = new HashSet<string>();
        var waiting = new Queue<string>(first);
        while (waiting.TryDequeue(out var name))
        {
            if (loaded.Add(name) && name.EndsWith(".js", StringComparison.Ordinal))
            {
                Imports(name).ToList().ForEach(waiting.Enqueue);
            }
        }

        Assert.Contains("vendor/preact.js", loaded);
        Assert.DoesNotContain("pages/camera.js", loaded);
        Assert.InRange(loaded.Sum(name => PageAssets.All[name].Content("identity").Length), 1, Budget);
    }

    [Fact]
    public void Modules_ImportOnlyWhatIsThere()
    {
        var missing = Own(".js").SelectMany(name => Imports(name).Concat(LaterImports(name)))
            .Where(name => !PageAssets.All.ContainsKey(name));
        Assert.Empty(missing);
    }

    [Fact]
    public void Library_NeedsNoDocument()
    {
        // So that it can be tested anywhere.
        Assert.All(Own(".js").Where(name => name.StartsWith("lib/", StringComparison.Ordinal)), name =>
        {
            Assert.DoesNotMatch(@"\b(document|window|location|localStorage)\b\.", Text(name));
            Assert.All(Imports(name), import => Assert.StartsWith("lib/", import, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Files_MakeNoMarkupOfTextsAndLoadNothingFromElsewhere()
    {
        Assert.All(Own(".js"), name =>
            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|https?://", Text(name)));
        Assert.All(Own(".html"), name =>
        {
            // The policy lets the browser run no such code: it would do nothing.
            Assert.DoesNotMatch("<style|\\sstyle=|\\son[a-z]+=|<script(?![^>]*\\ssrc=)|https?://", Text(name));
        });
    }

    [Fact]
    public void Files_HaveShortLines()
    {
        Assert.All(
            Own(".js").Concat(Own(".css")).Concat(Own(".html")),
            name => Assert.All(Text(name).Split('\n'), line => Assert.True(line.Length <= 130, $"{name}: {line}")));
    }

    private static IEnumerable<string> Own(string extension)
    {
        return PageAssets.All.Keys.Where(name => name.EndsWith(extension, StringComparison.Ordinal)
            && !name.StartsWith("vendor/", StringComparison.Ordinal));
    }

    private static string Text(string name)
    {
        return Encoding.UTF8.GetString(PageAssets.All[name].Content("identity").Span);
    }

    private static IEnumerable<string> Imports(string name)
    {
        return Import().Matches(Text(name)).Select(match => Resolve(name, match.Groups[1].Value));
    }

    private static IEnumerable<string> LaterImports(string name)
    {
        return LaterImport().Matches(Text(name)).Select(match => Resolve(name, match.Groups[1].Value));
    }

    private static string Resolve(string from, string to)
    {
        return new Uri(new Uri(new Uri("file:///"), from), to).AbsolutePath[1..];
    }

    [GeneratedRegex("^(?:import|export|\\}).*? from '([^']+)';", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex("import\\('([^']+)'\\)")]
    private static partial Regex LaterImport();
}
