using Streaming.Stages.Emit;

namespace Streaming.Stages.Tests.Emit;

public sealed class OutputLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void TryTake_HeldByAnother_NamesItAndIsFreeAfterwards()
    {
        var path = _folder.File(".cam.lock");
        using (OutputLock.TryTake(path, DateTimeOffset.UnixEpoch, out var nobody))
        {
            Assert.Null(nobody);
            Assert.Null(OutputLock.TryTake(path, DateTimeOffset.UnixEpoch, out var holder));
            Assert.Equal(
                $"process {Environment.ProcessId} on {Environment.MachineName}, since 1970-01-01T00:00:00Z", holder);
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
        using var second = OutputLock.TryTake(path, DateTimeOffset.UnixEpoch, out _);
        Assert.NotNull(second);
    }

    [Fact]
    public void TryTake_LeftByADeadHolder_IsTakenOver()
    {
        var path = _folder.File(".cam.lock", "process 17 on elsewhere, since 1970-01-01T00:00:00Z, and a long text\n");
        using var taken = OutputLock.TryTake(path, DateTimeOffset.UnixEpoch, out _);
        Assert.NotNull(taken);
        Assert.Null(OutputLock.TryTake(path, DateTimeOffset.UnixEpoch, out var holder));
        Assert.StartsWith($"process {Environment.ProcessId} ", holder, StringComparison.Ordinal);
        Assert.EndsWith("since 1970-01-01T00:00:00Z", holder, StringComparison.Ordinal);
    }

    [Fact]
    public void TryTake_NoFolder_KeepsNobodyOut()
    {
        Assert.Null(OutputLock.TryTake(_folder.File("no/such/.cam.lock"), DateTimeOffset.UnixEpoch, out var holder));
        Assert.Null(holder);
    }
}
