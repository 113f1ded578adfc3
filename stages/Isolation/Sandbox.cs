namespace Streaming.Stages.Isolation;

/// <summary>
/// What a decoder process takes from itself once its libraries are loaded. It limits damage; that the parent trusts nothing that
/// comes from it is what protects the parent.
/// </summary>
internal static class Sandbox
{
    /// <summary>
    /// Most private memory: decoders of 8K video stay below, and a leak ends one camera's decoder instead of the machine. Less
    /// than 400 MB keeps plugins from loading.
    /// </summary>
    private const ulong MostMemory = 2UL << 30;

    private const ulong MostFiles = 256;

    /// <summary>Ends with the parent, and takes no signal that is meant for the whole service.</summary>
    /// <param name="parent">The process that started this one.</param>
    /// <returns>False when the parent is gone already.</returns>
    public static bool BindToParent(int parent)
    {
        _ = Libc.prctl(Libc.SetParentDeathSignal, Libc.SigKill, 0, 0, 0);
        return Libc.getppid() == parent;
    }

    /// <summary>Restricts this process for good.</summary>
    /// <param name="refusesNetwork">Whether it may open no connection either.</param>
    public static void Enter(bool refusesNetwork)
    {
        Limit(Libc.LimitData, MostMemory);
        Limit(Libc.LimitFiles, MostFiles);
        Limit(Libc.LimitCore, 0);
        _ = Libc.prctl(Libc.SetNoNewPrivileges, 1, 0, 0, 0);
        _ = SystemCallFilter.TryInstall(refusesNetwork);
    }

    private static void Limit(int resource, ulong value)
    {
        // A lower limit that somebody has set already stays: raising it is refused.
        _ = Libc.setrlimit(resource, new Libc.ResourceLimit(value, value));
    }
}
