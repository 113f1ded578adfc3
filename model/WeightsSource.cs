namespace Streaming.Model;

/// <summary>Where a model's weights come from: a checkpoint file, or a formula.</summary>
/// <param name="Path">The file, or null.</param>
/// <param name="Seed">The formula's seed, or null.</param>
/// <param name="Table">The formula's table of ranges.</param>
internal sealed record WeightsSource(string? Path, string? Seed, string Table)
{
    private const string Scheme = "synthetic:";

    /// <summary>Whether the detections mean nothing.</summary>
    public bool IsSynthetic => Seed is not null;

    /// <summary>Reads what a user writes: a path, "synthetic:SEED" or "synthetic:SEED:TABLE" (tables: full, tiny).</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ModelLoadException">The seed is missing.</exception>
    public static WeightsSource Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return new WeightsSource(text, null, "");
        }

        var parts = text[Scheme.Length..].Split(':', 2);
        return parts[0].Length > 0
            ? new WeightsSource(null, parts[0], parts.Length > 1 ? parts[1] : "full")
            : throw new ModelLoadException($"{text}: write synthetic:SEED, for example synthetic:golden-1.");
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        return Path ?? $"{Scheme}{Seed}{(Table == "full" ? "" : $":{Table}")}";
    }
}
