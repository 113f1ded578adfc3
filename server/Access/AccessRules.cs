using System.Security.Cryptography;
using System.Text;

namespace Streaming.Server.Access;

/// <summary>Who may do what. Without tokens everybody who can reach the server may do everything.</summary>
/// <param name="adminToken">Whoever shows it may change everything; null or empty for nobody asked.</param>
/// <param name="viewToken">Whoever shows it may see everything; null for none.</param>
internal sealed class AccessRules(string? adminToken, string? viewToken = null)
{
    private readonly byte[]? _admin = Bytes(adminToken);
    private readonly byte[]? _view = Bytes(viewToken);

    /// <summary>Whether anybody must show a token.</summary>
    public bool AreOn => _admin is not null;

    /// <summary>What a token allows.</summary>
    public Role RoleOf(string token)
    {
        var shown = Encoding.UTF8.GetBytes(token);
        // Both are compared, so that the time tells nothing.
        var isAdmin = _admin is not null && CryptographicOperations.FixedTimeEquals(shown, _admin);
        var isView = _view is not null && CryptographicOperations.FixedTimeEquals(shown, _view);
        return isAdmin ? Role.Admin : isView ? Role.View : Role.None;
    }

    /// <summary>The key with which a role's sessions are signed: they end when its token changes.</summary>
    public byte[]? KeyOf(Role role)
    {
        var token = role == Role.Admin ? _admin : role == Role.View ? _view : null;
        return token is null ? null : HMACSHA256.HashData(token, "streaming session"u8);
    }

    private static byte[]? Bytes(string? token)
    {
        return string.IsNullOrEmpty(token) ? null : Encoding.UTF8.GetBytes(token);
    }
}
