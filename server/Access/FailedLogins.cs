using System.Net;

namespace Streaming.Server.Access;

/// <summary>
/// Slows down whoever guesses tokens: after five wrong ones an address waits, twice as long with each further one, up to a
/// minute. What is kept is bounded; IPv6 addresses count by their network, since one machine has as many as it likes.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class FailedLogins(TimeProvider time)
{
    private const int Free = 5;
    private const int MaxAddresses = 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> _failed = new(StringComparer.Ordinal);

    /// <summary>How long an address must wait before it may try again; zero when it may now.</summary>
    public TimeSpan WaitOf(IPAddress? address)
    {
        lock (_gate)
        {
            if (!_failed.TryGetValue(KeyOf(address), out var item) || item.Count < Free)
            {
                return TimeSpan.Zero;
            }

            var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(item.Count - Free, 10)));
            var left = item.Last + (wait < LongestWait ? wait : LongestWait) - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>An address has shown a wrong token.</summary>
    public void Failed(IPAddress? address)
    {
        var (key, now) = (KeyOf(address), time.GetUtcNow());
        lock (_gate)
        {
            if (_failed.Count >= MaxAddresses && !_failed.ContainsKey(key))
            {
                Tidy(now);
            }

            var before = _failed.GetValueOrDefault(key);
            _failed[key] = (now - before.Last > Forgotten ? 1 : before.Count + 1, now);
        }
    }

    /// <summary>An address has shown a right one.</summary>
    public void Worked(IPAddress? address)
    {
        lock (_gate)
        {
            _failed.Remove(KeyOf(address));
        }
    }

    private void Tidy(DateTimeOffset now)
    {
        foreach (var key in _failed.Where(item => now - item.Value.Last > Forgotten).Select(item => item.Key).ToList())
        {
            _failed.Remove(key);
        }

        if (_failed.Count >= MaxAddresses)
        {
            _failed.Remove(_failed.MinBy(item => item.Value.Last).Key);
        }
    }

    private static string KeyOf(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain?.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexString(bytes, 0, 8) : plain?.ToString() ?? "";
    }
}
