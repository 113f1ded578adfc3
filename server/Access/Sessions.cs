using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Streaming.Server.Access;

/// <summary>
/// Sessions of browsers: a cookie that holds role and end, signed with a key that comes from the role's token. Nothing is kept
/// here, so restarts end no session, and a new token ends all.
/// </summary>
/// <param name="rules">The tokens.</param>
/// <param name="time">The clock.</param>
internal sealed class Sessions(AccessRules rules, TimeProvider time)
{
    /// <summary>The cookie's name.</summary>
    public const string Cookie = "streaming_session";

    /// <summary>How long somebody stays signed in.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromDays(7);

    /// <summary>A cookie's value for a role.</summary>
    public string Create(Role role)
    {
        var end = (time.GetUtcNow() + Length).ToUnixTimeSeconds();
        var text = string.Create(CultureInfo.InvariantCulture, $"{(int)role}.{end}");
        return $"{text}.{Sign(text, rules.KeyOf(role)!)}";
    }

    /// <summary>What a cookie's value allows.</summary>
    public Role RoleOf(string? cookie)
    {
        if (cookie is null || cookie.Length > 200 || cookie.Split('.') is not [var role, var end, var signature]
            || !int.TryParse(role, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || rules.KeyOf((Role)number) is not { } key
            || seconds < time.GetUtcNow().ToUnixTimeSeconds())
        {
            return Role.None;
        }

        var expected = Encoding.ASCII.GetBytes(Sign($"{role}.{end}", key));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature)) ? (Role)number : Role.None;
    }

    private static string Sign(string text, byte[] key)
    {
        return Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
