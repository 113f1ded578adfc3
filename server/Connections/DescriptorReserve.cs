using Microsoft.Win32.SafeHandles;

namespace Streaming.Server.Connections;

/// <summary>
/// A few open files that stand for connections to come. When the process may not open any more, one of them makes room for a
/// reader: an operator must be able to ask a program in trouble what the matter is.
/// </summary>
internal sealed class DescriptorReserve : IDisposable
{
    /// <summary>How many are held.</summary>
    public const int Size = 4;

    private readonly Stack<SafeFileHandle> _held = new();

    public DescriptorReserve()
    {
        Refill();
    }

    /// <summary>Makes room for one connection.</summary>
    /// <returns>False when the reserve is used up.</returns>
    public bool TryRelease()
    {
        if (!_held.TryPop(out var file))
        {
            return false;
        }

        file.Dispose();
        return true;
    }

    /// <summary>Takes back what was released, as far as the process may open files again.</summary>
    public void Refill()
    {
        try
        {
            while (_held.Count < Size)
            {
                _held.Push(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException)
        {
            // The process is at its limit still.
        }
    }

    public void Dispose()
    {
        while (TryRelease())
        {
        }
    }
}
