using Microsoft.Extensions.Hosting;

namespace Streaming.Server;

/// <summary>The host lives from start to dispose. ASP.NET's own lifetime would catch the program's signals.</summary>
internal sealed class OwnersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }
}
