using Parquet;
using Parquet.Schema;

namespace Streaming.Stages.Export;

/// <summary>Apache Parquet: the same columns as in CSV, typed, each of which may be null; compressed with Snappy.</summary>
internal sealed class ParquetFormat : TableFormat
{
    /// <inheritdoc/>
    public override string Key => "parquet";

    /// <inheritdoc/>
    public override string Help => "the tables of csv, typed and compressed";

    private protected override ITableWriter<TRow> Begin<TRow>(string path, IReadOnlyList<TableColumn<TRow>> columns)
    {
        return new Writer<TRow>(path, columns);
    }

    /// <summary>
    /// Writes rows in groups. The package writes asynchronously only; here it writes into a local file and is waited for.
    /// </summary>
    private sealed class Writer<TRow> : ITableWriter<TRow>
    {
        /// <summary>Rows of a group; masks make a row of 500 bytes or so, which bounds the memory.</summary>
        private const int GroupRows = 1 << 15;

        private readonly IReadOnlyList<TableColumn<TRow>> _columns;
        private readonly List<object?>[] _values;
        private readonly DataField[] _fields;
        private readonly FileStream _file;
        private readonly ParquetWriter _parquet;
        private bool _isDisposed;

        public Writer(string path, IReadOnlyList<TableColumn<TRow>> columns)
        {
            _columns = columns;
            _values = [.. columns.Select(_ => new List<object?>())];
            _fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: true))];
            _file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
            var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
            _parquet = ParquetWriter.CreateAsync(new ParquetSchema(_fields), _file, options).GetAwaiter().GetResult();
        }

        public void Write(TRow row)
        {
            for (var i = 0; i < _columns.Count; i++)
            {
                _values[i].Add(_columns[i].Value(row));
            }

            if (_values[0].Count == GroupRows)
            {
                WriteGroupAsync().GetAwaiter().GetResult();
            }
        }

        public void Complete()
        {
            if (_values[0].Count > 0)
            {
                WriteGroupAsync().GetAwaiter().GetResult();
            }
        }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                // Writes the footer.
                _parquet.DisposeAsync().AsTask().GetAwaiter().GetResult();
                _file.Dispose();
            }
        }

        private async Task WriteGroupAsync()
        {
            using var group = _parquet.CreateRowGroup();
            for (var i = 0; i < _fields.Length; i++)
            {
                await WriteColumnAsync(group, _fields[i], _columns[i].Type, _values[i]).ConfigureAwait(false);
                _values[i].Clear();
            }

            group.CompleteValidate();
        }

        private static Task WriteColumnAsync(ParquetRowGroupWriter group, DataField field, Type type, List<object?> values)
        {
            return type == typeof(string) ? group.WriteAsync(field, [.. values.Select(value => (string?)value)])
                : type == typeof(long) ? WriteAsync<long>(group, field, values)
                : type == typeof(double) ? WriteAsync<double>(group, field, values)
                : WriteAsync<bool>(group, field, values);
        }

        private static Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, List<object?> values)
            where T : struct
        {
            return group.WriteAsync<T>(field, (ReadOnlyMemory<T?>)values.Select(value => (T?)value).ToArray());
        }
    }
}
