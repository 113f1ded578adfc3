using System.Buffers;
using System.Globalization;

namespace Streaming.Stages.Export;

/// <summary>
/// CSV by RFC 4180: a line of names, CRLF after each line, quotes where a text needs them; UTF-8, decimal points.
/// </summary>
internal sealed class CsvFormat : TableFormat
{
    /// <inheritdoc/>
    public override string Key => "csv";

    /// <inheritdoc/>
    public override string Help => "a row for each detection, and for each event";

    private protected override ITableWriter<TRow> Begin<TRow>(string path, IReadOnlyList<TableColumn<TRow>> columns)
    {
        return new Writer<TRow>(path, columns);
    }

    private sealed class Writer<TRow> : ITableWriter<TRow>
    {
        private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");
        private readonly IReadOnlyList<TableColumn<TRow>> _columns;
        private readonly StreamWriter _text;

        public Writer(string path, IReadOnlyList<TableColumn<TRow>> columns)
        {
            (_columns, _text) = (columns, new StreamWriter(path) { NewLine = "\r\n" });
            WriteLine(columns.Select(column => column.Name));
        }

        public void Write(TRow row)
        {
            WriteLine(_columns.Select(column => column.Value(row)));
        }

        public void Complete()
        {
            _text.Flush();
        }

        public void Dispose()
        {
            _text.Dispose();
        }

        private void WriteLine(IEnumerable<object?> values)
        {
            _text.WriteLine(string.Join(',', values.Select(Field)));
        }

        private static string Field(object? value)
        {
            return value switch
            {
                null => "",
                bool flag => flag ? "true" : "false",
                string text when text.AsSpan().ContainsAny(Quoted) =>
                    $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
                string text => text,
                _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
            };
        }
    }
}
