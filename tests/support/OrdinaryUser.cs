using System.Runtime.InteropServices;

namespace Streaming.Testing;

/// <summary>
/// While it lives, this thread opens files as an ordinary user: root may write everywhere, so that permissions could not be
/// tested. A thread that has no such right already stays as it is.
/// </summary>
public sealed partial class OrdinaryUser : IDisposable
{
    private const uint Nobody = 65534;
    private readonly int _before = setfsuid(Nobody);

    public void Dispose()
    {
        _ = setfsuid((uint)_before);
    }

    [LibraryImport("libc")]
    private static partial int setfsuid(uint user);
}
