using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Streaming.Config.Yaml;

/// <summary>
/// Reads one YAML document into plain nodes. Scalars get the types that PyYAML's safe loader gives them, as detectron2
/// reads its files with it. Size, depth and the number of nodes are limited, aliases included, so that no input makes
/// the reader allocate without bound.
/// </summary>
internal static class YamlReader
{
    internal const int MaxCharacters = 4 << 20;
    private const int MaxDepth = 64;
    private const int MaxNodes = 100_000;

    private const string YamlTags = "tag:yaml.org,2002:";

    /// <summary>Reads <paramref name="text"/>; an empty document is an empty mapping.</summary>
    /// <param name="text">The document.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="keepsForeignTags">
    /// Whether values with tags of Python objects become <see cref="ConfigForeign"/> instead of an error.
    /// </param>
    /// <exception cref="ConfigurationException">The text is not YAML, or beyond the limits.</exception>
    public static ConfigNode Read(string text, string name, bool keepsForeignTags = false)
    {
        if (text.Length > MaxCharacters)
        {
            throw new ConfigurationException(
                $"{name}: the file is larger than {MaxCharacters >> 20} MiB; a configuration is smaller.");
        }

        // YamlDotNet's scanner recurses with the nesting of flow collections: refuse absurd nesting before it sees the text.
        if (FlowDepth(text) > 4 * MaxDepth)
        {
            throw new ConfigurationException($"{name}: nested deeper than {MaxDepth} levels.");
        }

        try
        {
            return new Reading(new Parser(new StringReader(text)), name, keepsForeignTags).Document();
        }
        catch (YamlException exception)
        {
            throw new ConfigurationException($"{name}:{exception.Start.Line}: not valid YAML: {FirstLine(exception.Message)}");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or NullReferenceException or OverflowException or InvalidCastException)
        {
            // The library lets some of its own errors through on malformed text (found by fuzzing).
            throw new ConfigurationException($"{name}: not valid YAML: {FirstLine(exception.Message)}");
        }
    }

    private static int FlowDepth(string text)
    {
        var depth = 0;
        var deepest = 0;
        foreach (var c in text)
        {
            depth += c is '[' or '{' ? 1 : c is ']' or '}' && depth > 0 ? -1 : 0;
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    private static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).TrimEnd('.') + ".";
    }

    private sealed class Reading(IParser parser, string name, bool keepsForeignTags)
    {
        private readonly Dictionary<string, (ConfigNode Node, int Size)> _anchors = [];
        private int _nodes;

        public ConfigNode Document()
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return new ConfigMap(new Dictionary<string, ConfigNode>(), 0);
            }

            parser.Consume<DocumentStart>();
            var node = Node(0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out var _))
            {
                throw Error(parser.Current!, "a second document; one is allowed");
            }

            return node is ConfigScalar { Value: null } ? new ConfigMap(new Dictionary<string, ConfigNode>(), 0) : node;
        }

        private ConfigNode Node(int depth)
        {
            if (depth > MaxDepth)
            {
                throw Error(parser.Current!, $"nested deeper than {MaxDepth} levels");
            }

            var before = _nodes;
            Count(1);
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (!_anchors.TryGetValue(alias.Value.Value, out var target))
                {
                    throw Error(alias, $"unknown alias '*{alias.Value.Value}'");
                }

                // Aliases of aliases would otherwise multiply: each use counts as the nodes that it stands for.
                Count(target.Size);
                return target.Node;
            }

            var start = (NodeEvent)parser.Current!;
            var foreignTag = ForeignTag(start);
            if (foreignTag is not null && !keepsForeignTags)
            {
                throw Error(start, $"the YAML tag '{foreignTag}' is not supported; only plain values are");
            }

            ConfigNode node = start switch
            {
                Scalar => ReadScalar(),
                SequenceStart => ReadSequence(depth),
                _ => ReadMapping(depth),
            };
            node = foreignTag is null ? node : new ConfigForeign(foreignTag, node.Line);
            if (!start.Anchor.IsEmpty)
            {
                _anchors[start.Anchor.Value] = (node, _nodes - before);
            }

            return node;
        }

        private ConfigScalar ReadScalar()
        {
            var scalar = parser.Consume<Scalar>();
            var isPlain = scalar.Style == ScalarStyle.Plain && !scalar.Tag.ToString().EndsWith(":str", StringComparison.Ordinal);
            return new ConfigScalar(isPlain ? YamlScalars.Resolve(scalar.Value) : scalar.Value, Line(scalar));
        }

        private ConfigList ReadSequence(int depth)
        {
            var start = parser.Consume<SequenceStart>();
            var items = new List<ConfigNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(depth + 1));
            }

            return new ConfigList(items, Line(start));
        }

        private ConfigMap ReadMapping(int depth)
        {
            var start = parser.Consume<MappingStart>();
            var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var key))
                {
                    throw Error(parser.Current!, "a key that is not plain text");
                }

                if (!entries.TryAdd(key.Value, Node(depth + 1)))
                {
                    throw Error(key, $"the key '{key.Value}' stands there twice");
                }
            }

            return new ConfigMap(entries, Line(start));
        }

        /// <summary>A tag that is neither YAML's own nor a tuple's, as a file spells it: "!!python/object/apply:eval".</summary>
        private static string? ForeignTag(NodeEvent node)
        {
            var tag = node.Tag.IsEmpty || node.Tag.IsNonSpecific ? "" : node.Tag.Value;
            var isYamls = tag.StartsWith(YamlTags, StringComparison.Ordinal);
            var name = isYamls ? tag[YamlTags.Length..] : tag;
            return tag.Length == 0 || name == "python/tuple" || (isYamls && !name.Contains('/', StringComparison.Ordinal))
                ? null
                : isYamls ? $"!!{name}" : tag;
        }

        private void Count(int nodes)
        {
            _nodes += nodes;
            if (_nodes > MaxNodes)
            {
                throw new ConfigurationException($"{name}: more than {MaxNodes} values (aliases count as what they stand for).");
            }
        }

        private ConfigurationException Error(ParsingEvent at, string what)
        {
            return new ConfigurationException($"{name}:{Line(at)}: {what}.");
        }

        private static int Line(ParsingEvent at)
        {
            return (int)Math.Min(at.Start.Line, int.MaxValue);
        }
    }
}
