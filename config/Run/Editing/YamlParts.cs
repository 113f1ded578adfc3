using Streaming.Config.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Streaming.Config.Run.Editing;

/// <summary>Finds where each value of a YAML text stands.</summary>
internal static class YamlParts
{
    /// <summary>The document; null when there is nothing but comments.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ConfigurationException">It is not YAML, or beyond the reader's limits.</exception>
    public static YamlPart? Read(string text, string name)
    {
        // It checks size, depth and everything else; what it accepts can be read here without further ado.
        YamlReader.Read(text, name);
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        parser.Consume<DocumentStart>();
        return new Reading(parser, text).Part();
    }

    private sealed class Reading(Parser parser, string text)
    {
        public YamlPart Part()
        {
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return new YamlScalarPart(Index(alias.Start), Index(alias.End), "") { IsTied = true };
            }

            var start = (NodeEvent)parser.Current!;
            var isTied = !start.Anchor.IsEmpty || !start.Tag.IsEmpty;
            return start switch
            {
                Scalar => ScalarPart() with { IsTied = isTied },
                SequenceStart => ListPart() with { IsTied = isTied },
                _ => MapPart() with { IsTied = isTied },
            };
        }

        private YamlScalarPart ScalarPart()
        {
            var scalar = parser.Consume<Scalar>();
            var (start, end) = (Index(scalar.Start), Index(scalar.End));
            // Blocks of text end with the blank lines after them.
            return new YamlScalarPart(start, start + text[start..end].TrimEnd().Length, scalar.Value);
        }

        private YamlListPart ListPart()
        {
            var start = parser.Consume<SequenceStart>();
            var items = new List<YamlPart>();
            while (!parser.Accept<SequenceEnd>(out _))
            {
                items.Add(Part());
            }

            var (end, isFlow) = (parser.Consume<SequenceEnd>(), start.Style == SequenceStyle.Flow);
            return new YamlListPart(Index(start.Start), isFlow ? Index(end.Start) + 1 : items[^1].End, isFlow, items);
        }

        private YamlMapPart MapPart()
        {
            var start = parser.Consume<MappingStart>();
            var entries = new List<YamlEntry>();
            while (!parser.Accept<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>();
                entries.Add(new YamlEntry(Index(key.Start), Index(key.End), key.Value, Part()));
            }

            var (end, isFlow) = (parser.Consume<MappingEnd>(), start.Style == MappingStyle.Flow);
            return new YamlMapPart(Index(start.Start), isFlow ? Index(end.Start) + 1 : entries[^1].Value.End, isFlow, entries);
        }

        private static int Index(Mark mark)
        {
            return (int)mark.Index;
        }
    }
}
