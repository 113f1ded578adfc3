namespace Streaming.Stages.Export;

/// <summary>A column of a table; any row may lack a value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">string, long, double or bool.</param>
/// <param name="Value">Its value in a row, of that type; null for none.</param>
internal sealed record TableColumn<TRow>(string Name, Type Type, Func<TRow, object?> Value)
{
    /// <summary>A column of texts.</summary>
    public static TableColumn<TRow> Text(string name, Func<TRow, string?> value)
    {
        return new TableColumn<TRow>(name, typeof(string), value);
    }

    /// <summary>A column of whole numbers.</summary>
    public static TableColumn<TRow> Whole(string name, Func<TRow, long?> value)
    {
        return new TableColumn<TRow>(name, typeof(long), row => value(row));
    }

    /// <summary>A column of numbers.</summary>
    public static TableColumn<TRow> Number(string name, Func<TRow, decimal?> value)
    {
        return new TableColumn<TRow>(name, typeof(double), row => (double?)value(row));
    }

    /// <summary>A column of true and false.</summary>
    public static TableColumn<TRow> Flag(string name, Func<TRow, bool?> value)
    {
        return new TableColumn<TRow>(name, typeof(bool), row => value(row));
    }
}
