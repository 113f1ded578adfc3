using System.Collections;

namespace Streaming.Config.Settings;

/// <summary>An immutable list that equals another one with equal items, so that records which hold it can be compared.</summary>
/// <typeparam name="T">The type of its items.</typeparam>
internal sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items;

    /// <summary>A list of items.</summary>
    /// <param name="items">They are copied.</param>
    public ValueList(IEnumerable<T> items)
    {
        _items = [.. items];
    }

    /// <summary>A list without items.</summary>
    public static ValueList<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <inheritdoc/>
    public bool Equals(ValueList<T>? other)
    {
        return other is not null && _items.SequenceEqual(other._items);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj)
    {
        return Equals(obj as ValueList<T>);
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        return _items.Aggregate(_items.Length, HashCode.Combine);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        return _items.AsEnumerable().GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator()
    {
        return _items.GetEnumerator();
    }
}
