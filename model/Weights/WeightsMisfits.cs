using System.Globalization;
using System.Text;

namespace Streaming.Model.Weights;

/// <summary>Where a checkpoint does not fit a network, for one message about all of it.</summary>
internal sealed class WeightsMisfits
{
    /// <summary>So many names of a list are shown; the first ones tell what is wrong.</summary>
    public const int MostShown = 10;

    /// <summary>The network's tensors that the file lacks.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>The file's arrays of another shape than the network's.</summary>
    public List<string> Shapes { get; } = [];

    /// <summary>The file's arrays of another type: numbers with a fraction against whole ones.</summary>
    public List<string> Types { get; } = [];

    /// <summary>The file's arrays that the network has no place for; alone they are no error.</summary>
    public List<string> Unused { get; } = [];

    /// <exception cref="ModelLoadException">The file does not fit.</exception>
    public void ThrowIfAny(string path)
    {
        if (Missing.Count + Shapes.Count + Types.Count == 0)
        {
            return;
        }

        var message = new StringBuilder($"{path}: the checkpoint does not fit the configuration.");
        Append(message, Missing, "missing in the file");
        Append(message, Unused, "in the file, but not in the model");
        Append(message, Shapes, "of another shape");
        Append(message, Types, "of another type");
        throw new ModelLoadException(message.ToString());
    }

    /// <summary>The first names of a list on one line, and how many more there are.</summary>
    public static string Brief(IReadOnlyList<string> names)
    {
        var shown = string.Join(", ", names.Take(MostShown));
        return names.Count > MostShown
            ? string.Create(CultureInfo.InvariantCulture, $"{shown} and {names.Count - MostShown} more")
            : shown;
    }

    private static void Append(StringBuilder message, List<string> names, string what)
    {
        if (names.Count == 0)
        {
            return;
        }

        message.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}  {names.Count} {what}:");
        foreach (var name in names.Take(MostShown))
        {
            message.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}    {name}");
        }

        if (names.Count > MostShown)
        {
            message.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}    and {names.Count - MostShown} more");
        }
    }
}
