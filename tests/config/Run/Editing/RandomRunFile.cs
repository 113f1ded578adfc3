using System.Text.Json.Nodes;

namespace Streaming.Config.Tests.Run.Editing;

/// <summary>
/// A run file as somebody could have written it, in pieces: the text is all of them, one after the other, so that a test knows to
/// the byte what a change may touch.
/// </summary>
internal sealed class RandomRunFile
{
    private static readonly string[] Words =
        ["door", "yard", "hall # no comment", "gate: no key", "ä ö 😀", "a'b", "q\"r", "x\\y"];

    private readonly Random _random;
    private readonly string _break;
    private readonly string _indent;

    public RandomRunFile(int seed)
    {
        _random = new Random(seed);
        _break = Pick("\n", "\n", "\r\n");
        _indent = Pick("", "  ", "    ");
        Head = string.Concat(
            Maybe($"# A file.{_break}"), Maybe($"---{_break}"), Maybe($"verbose: true   # more{_break}{_break}"),
            $"model: {{ config: \"m\", weights: 'w' }}{_break}", $"sources:{Maybe("   # all of them")}{_break}");
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            Sources.Add(new RandomSource(this, Sources.Count));
        }

        Tail = string.Concat(
            Maybe(_break), Maybe($"# The end.{_break}"), Maybe($"output:{_break}  folder: out # here{_break}"),
            Maybe($"...{_break}"));
    }

    public string Head { get; }

    public List<RandomSource> Sources { get; } = [];

    public string Tail { get; }

    public string Text => TextWithout(-1);

    public JsonArray Json => new([.. Sources.Select(source => source.Json)]);

    /// <summary>The text without a source.</summary>
    public string TextWithout(int index)
    {
        return $"{Head}{string.Concat(Sources.Where((_, i) => i != index).Select(source => source.Text))}{Tail}";
    }

    private string Maybe(string text)
    {
        return _random.Next(3) == 0 ? text : "";
    }

    private T Pick<T>(params T[] items)
    {
        return items[_random.Next(items.Length)];
    }

    /// <summary>A source: its comments, its dash, and a piece for each key.</summary>
    internal sealed class RandomSource
    {
        private readonly RandomRunFile _file;
        private readonly bool _isFlow;
        private readonly string _above;

        public RandomSource(RandomRunFile file, int index)
        {
            _file = file;
            _isFlow = file._random.Next(3) == 0;
            // A blank line parts it from a comment that belongs to the list.
            _above = file._random.Next(3) == 0 ? $"{file._indent}# about {index}{file._break}" : "";
            Keys.Add(("id", JsonValue.Create($"s{index}"), Value($"s{index}")));
            Keys.Add(("input", JsonValue.Create($"usb:{index}"), $"\"usb:{index}\""));
            if (file._random.Next(2) == 0)
            {
                var number = file._random.Next(1, 100);
                Keys.Add(("max_fps", JsonValue.Create((long)number), $"{number}"));
            }

            if (file._random.Next(2) == 0)
            {
                var word = file.Pick(Words);
                Keys.Add(("trust", JsonValue.Create(word), Value(word)));
            }

            if (file._random.Next(2) == 0)
            {
                Keys.Add(("classes", new JsonArray("a", "b, c"), "[a, 'b, c']"));
            }

            if (file._random.Next(2) == 0)
            {
                Keys.Add(("zones", new JsonArray(new JsonObject { ["name"] = "z" }), _isFlow
                    ? "[{ name: z }]" : $"{file._break}{file._indent}    - name: z  # inner"));
            }

            // "id" need not come first.
            var last = Keys[^1];
            Keys.RemoveAt(Keys.Count - 1);
            Keys.Insert(file._random.Next(Keys.Count), last);
            Comments = [.. Keys.Select(_ => file.Maybe($"   # {file._random.Next(1000)}"))];
            Below =
            [
                .. Keys.Select(_ => _isFlow ? "" : file.Maybe($"{file._indent}    # in {file._random.Next(1000)}{file._break}")),
            ];
        }

        public List<(string Key, JsonNode Value, string Written)> Keys { get; } = [];

        public bool IsFlow => _isFlow;

        public string[] Comments { get; }

        public string[] Below { get; }

        public JsonObject Json => new(Keys.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value.DeepClone())));

        public string Text => TextWith(-1, null);

        /// <summary>The text with another value of a key, or without it (null).</summary>
        public string TextWith(int changed, string? written)
        {
            var (indent, end) = (_file._indent, _file._break);
            if (_isFlow)
            {
                var items = Keys.Select((item, i) => i == changed ? (item.Key, Written: written) : (item.Key, item.Written))
                    .Where(item => item.Written is not null)
                    .Select(item => $"{item.Key}: {item.Written}");
                return $"{_above}{indent}- {{ {string.Join(", ", items)} }}{Comments[0]}{end}";
            }

            var text = _above;
            var isFirst = true;
            for (var i = 0; i < Keys.Count; i++)
            {
                var value = i == changed ? written : Keys[i].Written;
                if (value is null)
                {
                    // The next key comes behind the dash, unless a comment is between them.
                    text += i == 0 && Below[i].Length > 0 ? $"{indent}- {end}" : "";
                    isFirst = isFirst && (i != 0 || Below[i].Length == 0);
                    text += i == 0 && Below[i].Length == 0 ? "" : Below[i];
                    continue;
                }

                var gap = value.StartsWith('\r') || value.StartsWith('\n') ? "" : " ";
                text += $"{indent}{(isFirst ? "- " : "  ")}{Keys[i].Key}:{gap}{value}{Comments[i]}{end}{Below[i]}";
                isFirst = false;
            }

            return text;
        }

        private string Value(string text)
        {
            return _file._random.Next(3) switch
            {
                0 => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
                1 when text.All(char.IsAsciiLetterOrDigit) => text,
                _ => $"\"{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
            };
        }
    }
}
