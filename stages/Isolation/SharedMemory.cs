namespace Streaming.Stages.Isolation;

/// <summary>
/// Memory that two processes share. Its size is sealed: a process that could shrink it would end the other one by SIGBUS.
/// </summary>
internal sealed class SharedMemory : IDisposable
{
    private static int _live;

    private readonly nuint _length;
    private int _file;
    private nint _address;

    private SharedMemory(int file, nint address, nuint length)
    {
        (_file, _address, _length) = (file, address, length);
        Interlocked.Increment(ref _live);
    }

    /// <summary>How many are mapped in this process, so that tests can prove that all were released.</summary>
    public static int Live => Volatile.Read(ref _live);

    /// <summary>The first byte.</summary>
    public nint Address => _address;

    /// <summary>Where another process of the same user can open it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_file}";

    /// <summary>Creates zeroed memory; pages cost nothing before they are written.</summary>
    /// <param name="bytes">Its size.</param>
    /// <exception cref="IOException">The system does not give it.</exception>
    public static SharedMemory Create(long bytes)
    {
        var file = Libc.memfd_create("streaming-frames", Libc.MemfdCloseOnExec | Libc.MemfdAllowSealing);
        if (file < 0)
        {
            throw new IOException($"No shared memory: {Libc.LastError}.");
        }

        const int Seals = Libc.SealShrink | Libc.SealGrow | Libc.SealSeal;
        if (Libc.ftruncate(file, bytes) != 0 || Libc.fcntl(file, Libc.AddSeals, Seals) != 0)
        {
            var error = Libc.LastError;
            _ = Libc.close(file);
            throw new IOException($"No shared memory of {bytes} bytes: {error}.");
        }

        return Map(file, bytes);
    }

    /// <summary>Opens what another process has created.</summary>
    /// <param name="path">Its <see cref="Path"/>.</param>
    /// <param name="bytes">Its size.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SharedMemory Open(string path, long bytes)
    {
        var file = Libc.open(path, Libc.OpenReadWrite | Libc.OpenCloseOnExec);
        return file < 0 ? throw new IOException($"{path}: {Libc.LastError}.") : Map(file, bytes);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _address, 0) is var address and not 0)
        {
            _ = Libc.munmap(address, _length);
            _ = Libc.close(_file);
            _file = -1;
            Interlocked.Decrement(ref _live);
        }
    }

    private static SharedMemory Map(int file, long bytes)
    {
        var address = Libc.mmap(0, (nuint)bytes, Libc.ProtectionReadWrite, Libc.MapShared, file, 0);
        if (address != -1)
        {
            return new SharedMemory(file, address, (nuint)bytes);
        }

        var error = Libc.LastError;
        _ = Libc.close(file);
        throw new IOException($"Shared memory of {bytes} bytes cannot be mapped: {error}.");
    }
}
