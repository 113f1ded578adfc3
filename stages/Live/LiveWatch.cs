namespace Streaming.Stages.Live;

/// <summary>One viewer's view of one source; disposing it ends it.</summary>
/// <param name="newest">Reads the newest picture.</param>
/// <param name="changed">Told that there is a newer one.</param>
/// <param name="leave">Ends it.</param>
internal sealed class LiveWatch(Func<LivePicture?> newest, Action changed, Action<LiveWatch> leave) : IDisposable
{
    /// <summary>The newest picture; null before the first one.</summary>
    public LivePicture? Newest => newest();

    /// <summary>Tells the viewer.</summary>
    public void Changed()
    {
        changed();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        leave(this);
    }
}
