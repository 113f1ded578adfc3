using Streaming.Config.Run;

namespace Streaming.Stages.Emit.Segments;

/// <summary>Chooses the files that go: the oldest ones of all sources and outputs together, protected ones last.</summary>
internal static class Retention
{
    /// <summary>The reasons, as metrics and log name them.</summary>
    public const string Age = "age", Size = "size", FreeSpace = "free_space";

    /// <summary>What goes now, oldest first. Age alone removes no protected file.</summary>
    /// <param name="rules">What the user wants.</param>
    /// <param name="items">The whole files.</param>
    /// <param name="describe">What counts of an item.</param>
    /// <param name="now">UTC.</param>
    /// <param name="openBytes">What files that are being written take.</param>
    /// <param name="freeBytes">
    /// What is free on the disk; null when unknown. No more is removed than what is missing at this moment: file systems give
    /// space back late, and nothing must go for that.
    /// </param>
    public static IEnumerable<(T Item, string Reason)> Choose<T>(
        KeepRules rules,
        IEnumerable<T> items,
        Func<T, StoredFile> describe,
        DateTimeOffset now,
        long openBytes,
        long? freeBytes)
    {
        (T Item, StoredFile File)[] all = [.. items.Select(item => (item, describe(item)))];
        var excess = all.Sum(item => item.File.Bytes) + openBytes - rules.Bytes ?? 0;
        var missing = rules.FreeBytes - freeBytes ?? 0;
        var end = now - rules.For;
        if (excess <= 0 && missing <= 0 && !all.Any(item => item.File.End < end))
        {
            yield break;
        }

        foreach (var (item, file) in all.OrderBy(item => item.File.IsProtected).ThenBy(item => item.File.Start))
        {
            var reason = file.End < end && !file.IsProtected ? Age : excess > 0 ? Size : missing > 0 ? FreeSpace : null;
            if (reason is not null)
            {
                yield return (item, reason);
                (excess, missing) = (excess - file.Bytes, missing - file.Bytes);
            }
        }
    }
}
