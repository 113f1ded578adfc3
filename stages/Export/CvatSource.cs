using System.Globalization;
using System.Xml;
using Streaming.Config.Zoo;

namespace Streaming.Stages.Export;

/// <summary>
/// The tracks of one source, as they grow. No outside shape lies beyond the last frame: CVAT refuses frames that a task does not
/// have.
/// </summary>
/// <param name="id">The source's name.</param>
/// <param name="lines">Keeps the shapes: of a track, or of what has none by class.</param>
/// <param name="hasMasks">Whether masks take the place of boxes.</param>
internal sealed class CvatSource(string id, KeyedLines lines, bool hasMasks)
{
    private readonly SortedDictionary<long, int[]> _tracks = [];
    private readonly SortedSet<int> _untracked = [];
    private readonly List<ExportedObject> _single = [];
    private Dictionary<long, ExportedObject> _visible = [];
    private ExportedFrame? _last;

    /// <summary>Adds a frame.</summary>
    public void Add(ExportedFrame frame)
    {
        // The last frame's single shapes wait until it is known that there is a frame in which they are gone.
        WriteSingle(_last?.Number + 1);
        _last = frame;
        if (!frame.IsKnown)
        {
            return;
        }

        var visible = new Dictionary<long, ExportedObject>();
        foreach (var item in frame.Objects)
        {
            if (item.Track is { } track && !IsMask(item))
            {
                visible[track] = item;
                AddToTrack(track, item, frame.Number, isOutside: false);
            }
            else
            {
                _single.Add(item);
            }
        }

        foreach (var (track, item) in _visible.Where(earlier => !visible.ContainsKey(earlier.Key)))
        {
            AddToTrack(track, item, frame.Number, isOutside: true);
        }

        _visible = visible;
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="categories">The classes.</param>
    public void Write(string path, IReadOnlyList<Category> categories)
    {
        WriteSingle(null);
        using var xml = XmlWriter.Create(path, new XmlWriterSettings { Indent = true });
        xml.WriteStartElement("annotations");
        xml.WriteElementString("version", "1.1");
        WriteMeta(xml, categories);
        var number = 0L;
        foreach (var (track, classes) in _tracks)
        {
            WriteTrack(xml, track, categories[Array.IndexOf(classes, classes.Max())].Name, lines.Read((id, track)));
            number = track + 1;
        }

        foreach (var type in _untracked)
        {
            foreach (var shapes in lines.Read((id, KeyOfClass(type))))
            {
                WriteTrack(xml, number++, categories[type].Name, [shapes]);
            }
        }

        xml.WriteEndElement();
    }

    /// <summary>Tracks have numbers from 0, so that those below are free.</summary>
    private static long KeyOfClass(int type)
    {
        return -1 - type;
    }

    private bool IsMask(ExportedObject item)
    {
        return hasMasks && item.Detection.Mask is { Area: > 0 };
    }

    /// <summary>A track has one label in CVAT: the class that it was seen as most often.</summary>
    private void AddToTrack(long track, ExportedObject item, long frame, bool isOutside)
    {
        if (!_tracks.TryGetValue(track, out var classes))
        {
            _tracks.Add(track, classes = new int[_last!.Stream.Categories.Count]);
        }

        classes[item.Detection.Class] += isOutside ? 0 : 1;
        lines.Add((id, track), CvatShape.Box(item.Detection.Box, frame, isOutside));
    }

    private void WriteSingle(long? goneAt)
    {
        foreach (var item in _single)
        {
            var type = item.Detection.Class;
            _untracked.Add(type);
            var shapes = Shape(item, _last!.Number, isOutside: false);
            lines.Add((id, KeyOfClass(type)), goneAt is { } gone ? shapes + Shape(item, gone, isOutside: true) : shapes);
        }

        _single.Clear();
    }

    private string Shape(ExportedObject item, long frame, bool isOutside)
    {
        return IsMask(item)
            ? CvatShape.Mask(new MaskPixels(item.Detection.Mask!), frame, isOutside)
            : CvatShape.Box(item.Detection.Box, frame, isOutside);
    }

    private void WriteMeta(XmlWriter xml, IReadOnlyList<Category> categories)
    {
        var (stop, size) = (_last?.Number ?? 0, _last?.Result.Size ?? default);
        xml.WriteStartElement("meta");
        xml.WriteStartElement("task");
        WriteAll(xml, ("name", id), ("size", Whole(stop + 1)), ("mode", "interpolation"), ("overlap", "0"), ("bugtracker", ""));
        WriteAll(xml, ("start_frame", "0"), ("stop_frame", Whole(stop)), ("frame_filter", ""));
        xml.WriteStartElement("labels");
        foreach (var category in categories)
        {
            xml.WriteStartElement("label");
            WriteAll(xml, ("name", category.Name), ("type", "any"), ("attributes", ""));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteStartElement("original_size");
        WriteAll(xml, ("width", Whole(size.Width)), ("height", Whole(size.Height)));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteAll(XmlWriter xml, params ReadOnlySpan<(string Name, string Text)> elements)
    {
        foreach (var (name, text) in elements)
        {
            xml.WriteElementString(name, text);
        }
    }

    private static void WriteTrack(XmlWriter xml, long number, string label, IEnumerable<string> shapes)
    {
        xml.WriteStartElement("track");
        xml.WriteAttributeString("id", Whole(number));
        xml.WriteAttributeString("label", label);
        xml.WriteAttributeString("source", "auto");
        foreach (var shape in shapes)
        {
            xml.WriteRaw("\n    " + shape);
        }

        xml.WriteRaw("\n  ");
        xml.WriteEndElement();
    }

    private static string Whole(long number)
    {
        return number.ToString(CultureInfo.InvariantCulture);
    }
}
