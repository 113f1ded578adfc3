namespace Streaming.Server.Access;

/// <summary>What somebody may do; each may do what those before it may.</summary>
internal enum Role
{
    /// <summary>Nothing but ask for health, and sign in.</summary>
    None,

    /// <summary>See everything.</summary>
    View,

    /// <summary>Change everything.</summary>
    Admin,
}
