using System.Text.Json.Nodes;
using Streaming.Config.Run.Editing;

namespace Streaming.Config.Tests.Run.Editing;

/// <summary>Changes of YAML that leave everything else as it was.</summary>
public sealed class YamlEditorTests
{
    private const int Seeds = 200;

    private static readonly string[] Odd =
        ["null", "~", "On", "0x1F", "1_0", ".5", "-", "=", "<<", "*a", "&b", "!c", "- d", "", " ", "é\t", "\ud83d\ude00"];

    private static readonly YamlPath Sources = YamlPath.Top.Key("sources");

    private readonly YamlEditor _editor = new("run.yaml");

    [Fact]
    public void Set_AKeyOfARandomFile_ChangesItsValueAlone()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var file = new RandomRunFile(seed);
            var random = new Random(seed);
            var index = random.Next(file.Sources.Count);
            var source = file.Sources[index];
            var key = random.Next(source.Keys.Count);
            var path = Sources.Item(index).Key(source.Keys[key].Key);
            var isBlock = source.Keys[key].Written.Contains('\n', StringComparison.Ordinal);
            if (isBlock)
            {
                // Where a comment of the block goes is its own affair; the rest is compared all the same.
                var text = _editor.Set(file.Text, path, 7);
                Assert.StartsWith(file.Head, text, StringComparison.Ordinal);
                Assert.EndsWith(file.Tail, text, StringComparison.Ordinal);
                continue;
            }

            Assert.Equal(
                file.Text.Replace(source.Text, source.TextWith(key, "new"), StringComparison.Ordinal),
                _editor.Set(file.Text, path, "new"));
            Assert.Equal(
                file.Text.Replace(source.Text, source.TextWith(key, "[1, 2.5]"), StringComparison.Ordinal),
                _editor.Set(file.Text, path, new JsonArray(1, 2.5)));
        }
    }

    [Fact]
    public void Remove_AKeyOfARandomFile_TakesItsLineAlone()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var file = new RandomRunFile(seed);
            var random = new Random(seed);
            var index = random.Next(file.Sources.Count);
            var source = file.Sources[index];
            var key = random.Next(source.Keys.Count);
            var text = _editor.Remove(file.Text, Sources.Item(index).Key(source.Keys[key].Key));
            Assert.Equal(file.Text.Replace(source.Text, source.TextWith(key, null), StringComparison.Ordinal), text);
        }
    }

    [Fact]
    public void Remove_ASourceOfARandomFile_TakesItsLinesAndCommentsAlone()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var file = new RandomRunFile(seed);
            var index = new Random(seed).Next(file.Sources.Count);
            var text = _editor.Remove(file.Text, Sources.Item(index));
            var expected = file.TextWithout(index);
            if (file.Sources.Count == 1)
            {
                Assert.Contains("sources: []", text, StringComparison.Ordinal);
                expected = expected.Replace("sources:", "sources: []", StringComparison.Ordinal);
            }

            Assert.Equal(expected, text);
        }
    }

    [Fact]
    public void Append_ASourceToARandomFile_InsertsItAndRemoveTakesItAwayAgain()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var file = new RandomRunFile(seed);
            var added = new JsonObject
            {
                ["id"] = "added",
                ["input"] = "rtsp://cam.lan:554/1?x=a&y=#z",
                ["zones"] = new JsonArray(new JsonObject { ["name"] = "n", ["polygon"] = new JsonArray(new JsonArray(0.5, 1)) }),
            };
            var text = _editor.Append(file.Text, Sources, added);
            var expected = file.Json;
            expected.Add(added);
            Assert.True(YamlJson.AreEqual(YamlJson.Normal(expected), YamlJson.Read(text, "run.yaml")!["sources"]), text);
            Assert.True(IsInsertion(file.Text, text), text);
            Assert.Equal(file.Text, _editor.Remove(text, Sources.Item(file.Sources.Count)));
        }
    }

    [Fact]
    public void Set_AnyValue_ReadsBackEqual()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var value = RandomValue(random, 3);
            foreach (var text in new[] { "a:\n  b: 1 # c\n", "a: { b: 1 } # c\n", "- x\n" })
            {
                var path = text[0] == '-' ? YamlPath.Top.Item(0) : YamlPath.Top.Key("a").Key(random.Next(2) == 0 ? "b" : "ä #");
                var changed = _editor.Set(text, path, value);
                JsonNode? read = YamlJson.Read(changed, "run.yaml");
                foreach (var step in path.Steps)
                {
                    read = step is int index ? read![index] : read![(string)step];
                }

                Assert.True(YamlJson.AreEqual(YamlJson.Normal(value), read), changed);
            }
        }
    }

    [Theory]
    // Forms of a list that has nothing in it.
    [InlineData("a: [1]\n", "a", "[]", "a: []\n")]
    [InlineData("a: []  # none\n", "a", "[{\"b\": 1}]", "a:  # none\n  - b: 1\n")]
    [InlineData("a:  # none\nc: d\n", "a", "[{\"b\": 1}]", "a:  # none\n  - b: 1\nc: d\n")]
    [InlineData("c: d", "a", "[{\"b\": 1}]", "c: d\na:\n  - b: 1")]
    // What a block becomes.
    [InlineData("a:\n  # one\n  - 1\n\n  # two\n  - 2\nc: d\n", "a", "5", "a: 5\n  # one\nc: d\n")]
    [InlineData("a: |\n  x\n  y\n\nc: d\n", "a", "\"z\"", "a: z\n\nc: d\n")]
    [InlineData("a: 'x\n\n  y'  # k\nc: d\n", "a", "\"z\"", "a: z  # k\nc: d\n")]
    // Braces over several lines.
    [InlineData("{ \"a\": 1, # one\n  \"c\": 2 }\n", "d", "\"x y\"", "{ \"a\": 1, # one\n  \"c\": 2, d: x y }\n")]
    // Texts that would mean something else without quotes.
    [InlineData("a: 1\n", "a", "\"yes\"", "a: \"yes\"\n")]
    [InlineData("a: 1\n", "a", "\"1e3\"", "a: \"1e3\"\n")]
    [InlineData("a: 1\n", "a", "\"12:30\"", "a: \"12:30\"\n")]
    [InlineData("a: 1\n", "a", "\"rtsp://cam.lan/1\"", "a: rtsp://cam.lan/1\n")]
    [InlineData("a: 1\n", "a", "\"x\\u2028\\u0000\\n\"", "a: \"x\\u2028\\u0000\\n\"\n")]
    public void Set_ByExample_GivesTheText(string text, string key, string json, string expected)
    {
        Assert.Equal(expected, _editor.Set(text, YamlPath.Top.Key(key), JsonNode.Parse(json)));
    }

    [Theory]
    [InlineData("a: { b: 1, c: 2, }\n", "b", "a: { c: 2, }\n")]
    [InlineData("a: { b: 1, c: 2, }\n", "c", "a: { b: 1, }\n")]
    [InlineData("a: { b: 1 }\n", "b", "a: {}\n")]
    [InlineData("a:\n  b: 1\n", "b", "a:\n  {}\n")]
    [InlineData("a:\n  b: >\n    x\n\n  # of c\n  c: 2", "b", "a:\n\n  # of c\n  c: 2")]
    public void Remove_AKeyByExample_GivesTheText(string text, string key, string expected)
    {
        Assert.Equal(expected, _editor.Remove(text, YamlPath.Top.Key("a").Key(key)));
    }

    [Theory]
    [InlineData("sources: [a, b]\n", 0, "sources: [b]\n")]
    [InlineData("sources: [a, b]\n", 1, "sources: [a]\n")]
    [InlineData("sources: [a]\n", 0, "sources: []\n")]
    [InlineData("sources:\n# of a\n- a\n\n# of b\n- b", 1, "sources:\n# of a\n- a\n")]
    [InlineData("sources:\r\n- a\r\n-   # of b\r\n  b: c\r\n- d", 1, "sources:\r\n- a\r\n- d")]
    [InlineData("sources:\r\n- a\r\n- d", 1, "sources:\r\n- a")]
    public void Remove_AnItemByExample_GivesTheText(string text, int index, string expected)
    {
        Assert.Equal(expected, _editor.Remove(text, Sources.Item(index)));
    }

    [Theory]
    [InlineData("x: &x { id: a }\nsources:\n  - *x\n  - { id: b }\n")]
    [InlineData("sources:\n  - &x { id: a }\n  - *x\n")]
    [InlineData("sources:\n  - { id: !!str a }\n")]
    [InlineData("sources: &all\n  - { id: a }\n")]
    public void Remove_WhatHasAnchorsAliasesOrTags_IsRefusedWithAdvice(string text)
    {
        var error = Assert.Throws<ConfigurationException>(() => _editor.Remove(text, Sources.Item(0)));
        Assert.Matches(@"^run\.yaml: sources\[0\]: has an anchor.* edit the file\.$", error.Message);
    }

    [Theory]
    [InlineData("sources:\n  - { a }\n")]
    [InlineData("sources:\u2028  - { id: a }\n")]
    public void Set_WhatCannotBeDoneSafely_IsRefusedWithAdvice(string text)
    {
        var error = Assert.Throws<ConfigurationException>(() => _editor.Set(text, Sources.Item(0).Key("a"), "b"));
        Assert.EndsWith("edit the file.", error.Message, StringComparison.Ordinal);
    }

    private static bool IsInsertion(string before, string after)
    {
        var same = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return after.EndsWith(before[same..], StringComparison.Ordinal);
    }

    private static JsonNode? RandomValue(Random random, int depth)
    {
        return random.Next(depth > 0 ? 9 : 6) switch
        {
            0 => RandomText(random),
            1 => random.NextInt64(long.MinValue, long.MaxValue),
            2 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)),
            3 => random.Next(2) == 0,
            4 => null,
            5 => Odd[random.Next(Odd.Length)],
            6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth - 1))]),
            _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i =>
                KeyValuePair.Create($"{i}{RandomText(random)}", RandomValue(random, depth - 1)))),
        };
    }

    private static string RandomText(Random random)
    {
        const string Letters = "ab C1.:,#-?&*!|>'\"%@`{}[]$\\/=~\n\r\t\u0085\u2028\u00a0\u0001\ufeffäß語";
        return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)]));
    }
}
