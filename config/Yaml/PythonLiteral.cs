using System.Text;

namespace Streaming.Config.Yaml;

/// <summary>
/// Evaluates text that is a Python literal, such as "(60000, 80000)" or "('a',)": yacs, detectron2's configuration
/// library, does so with every string value (ast.literal_eval). Text that is no literal stays text.
/// </summary>
internal static class PythonLiteral
{
    private const int MaxDepth = 32;

    /// <summary>The literal's value as a node, or null if <paramref name="text"/> is not one.</summary>
    public static ConfigNode? TryRead(string text, int line)
    {
        var reader = new Reader(text, line);
        return reader.TryValue(0, out var node) && reader.IsAtEnd ? node : null;
    }

    private ref struct Reader(string text, int line)
    {
        private readonly string _text = text;
        private readonly int _line = line;
        private int _at;

        public bool IsAtEnd
        {
            get
            {
                SkipSpace();
                return _at == _text.Length;
            }
        }

        public bool TryValue(int depth, out ConfigNode? node)
        {
            node = null;
            SkipSpace();
            if (_at >= _text.Length || depth > MaxDepth)
            {
                return false;
            }

            return _text[_at] switch
            {
                '(' => TryItems(')', depth, out node),
                '[' => TryItems(']', depth, out node),
                '\'' or '"' => TryString(out node),
                _ => TryWord(out node),
            };
        }

        /// <summary>"(1)" is the number itself, "(1,)" and "[1]" hold one item, as in Python.</summary>
        private bool TryItems(char close, int depth, out ConfigNode? node)
        {
            node = null;
            _at++;
            var items = new List<ConfigNode>();
            var hasComma = false;
            while (true)
            {
                SkipSpace();
                if (_at < _text.Length && _text[_at] == close)
                {
                    _at++;
                    break;
                }

                if ((items.Count > 0 && !hasComma) || !TryValue(depth + 1, out var item))
                {
                    return false;
                }

                items.Add(item!);
                SkipSpace();
                hasComma = _at < _text.Length && _text[_at] == ',';
                _at += hasComma ? 1 : 0;
            }

            node = close == ')' && items.Count == 1 && !hasComma ? items[0] : new ConfigList(items, _line);
            return true;
        }

        private bool TryString(out ConfigNode? node)
        {
            node = null;
            var quote = _text[_at++];
            var value = new StringBuilder();
            while (_at < _text.Length && _text[_at] != quote)
            {
                if (_text[_at] == '\\' && _at + 1 < _text.Length)
                {
                    _at++;
                }

                value.Append(_text[_at++]);
            }

            if (_at++ >= _text.Length)
            {
                return false;
            }

            node = new ConfigScalar(value.ToString(), _line);
            return true;
        }

        private bool TryWord(out ConfigNode? node)
        {
            var start = _at;
            while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not (',' or ')' or ']' or '(' or '['))
            {
                _at++;
            }

            var word = _text[start.._at];
            object? value = word switch
            {
                "True" => true,
                "False" => false,
                _ when word.Length is > 0 and <= 64 => YamlScalars.Number(word),
                _ => null,
            };
            node = value is null && word != "None" ? null : new ConfigScalar(value, _line);
            return node is not null;
        }

        private void SkipSpace()
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
        }
    }
}
