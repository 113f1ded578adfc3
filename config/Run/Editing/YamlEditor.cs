using System.Text.Json.Nodes;

namespace Streaming.Config.Run.Editing;

/// <summary>
/// Changes the text of a YAML document. Everything that a change does not touch stays as it is to the byte: comments, order,
/// quotes, indentation. Each change is checked: the new text must hold what is expected of it, and nothing else may have changed.
/// </summary>
/// <param name="name">The document's name, for messages.</param>
internal sealed class YamlEditor(string name)
{
    /// <summary>Sets a key of a mapping or an item of a list; a key that is not there is added at the end.</summary>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public string Set(string text, YamlPath path, JsonNode? value)
    {
        var step = path.Steps[^1];
        return Change(text, path, parent => step is int index
            ? YamlReplacement.Of(text, ((YamlListPart)parent).Items[index], null, ((YamlListPart)parent).IsFlow, value)
            : YamlEntries.Set(text, (YamlMapPart)parent, (string)step, value),
            expected => Assign(expected, step, value));
    }

    /// <summary>Adds an item to the end of a list.</summary>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public string Append(string text, YamlPath list, JsonNode? value)
    {
        // No item stands there yet.
        return Change(
            text, list.Item(int.MaxValue), part => YamlItems.Append(text, (YamlListPart)part, value),
            expected => ((JsonArray)expected).Add(value?.DeepClone()));
    }

    /// <summary>Removes a key of a mapping, or an item of a list with the comments right above it.</summary>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public string Remove(string text, YamlPath path)
    {
        var step = path.Steps[^1];
        return Change(text, path, parent => step is int index
            ? YamlItems.Remove(text, (YamlListPart)parent, index)
            : YamlEntries.Remove(text, (YamlMapPart)parent, (string)step),
            expected => Delete(expected, step));
    }

    private string Change(
        string text, YamlPath path, Func<YamlPart, string?> change, Action<JsonNode> expect)
    {
        if (HasOddBreaks(text))
        {
            throw Refusal(path, "stands in a text with unusual line breaks");
        }

        var document = YamlParts.Read(text, name) ?? throw Refusal(path, "is not there");
        var expected = YamlJson.Read(text, name);
        var (parent, target) = (document, expected);
        foreach (var step in path.Steps[..^1])
        {
            parent = parent is { IsTied: true } ? throw Tied(path) : Child(parent, step);
            target = step is int index ? target?[index] : target?[(string)step];
        }

        if (parent is null or YamlScalarPart || target is null)
        {
            throw Refusal(path, "is not there");
        }

        if (parent.IsTied || Child(parent, path.Steps[^1]) is { HasTies: true })
        {
            throw Tied(path);
        }

        expect(target);
        var changed = change(parent);
        return changed is not null && Holds(changed, expected) ? changed : throw Refusal(path, "is written in an unusual way");
    }

    private bool Holds(string text, JsonNode? expected)
    {
        try
        {
            return YamlJson.AreEqual(YamlJson.Normal(YamlJson.Read(text, name)), YamlJson.Normal(expected));
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static YamlPart? Child(YamlPart? part, object step)
    {
        return (part, step) switch
        {
            (YamlListPart list, int index) => list.Items.ElementAtOrDefault(index),
            (YamlMapPart map, string key) => map.Find(key)?.Value,
            _ => null,
        };
    }

    private static void Assign(JsonNode parent, object step, JsonNode? value)
    {
        if (step is int index)
        {
            parent[index] = value?.DeepClone();
        }
        else
        {
            parent[(string)step] = value?.DeepClone();
        }
    }

    private static void Delete(JsonNode parent, object step)
    {
        if (step is int index)
        {
            ((JsonArray)parent).RemoveAt(index);
        }
        else
        {
            ((JsonObject)parent).Remove((string)step);
        }
    }

    /// <summary>YAML ends lines at these too; people and other programs do not see them.</summary>
    private static bool HasOddBreaks(string text)
    {
        return text.AsSpan().ContainsAny("\u0085\u2028\u2029")
            || text.Replace("\r\n", "\n", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal);
    }

    private ConfigurationException Tied(YamlPath path)
    {
        return Refusal(path, "has an anchor, an alias or a tag (&, *, !)");
    }

    private ConfigurationException Refusal(YamlPath path, string why)
    {
        return new ConfigurationException($"{name}: {path}: {why}, so it cannot be changed from here; edit the file.");
    }
}
