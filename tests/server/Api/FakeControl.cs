using System.Text.Json.Nodes;
using Streaming.Config;
using Streaming.Server.Control;

namespace Streaming.Server.Tests.Api;

/// <summary>A run that remembers what it was told.</summary>
internal sealed class FakeControl : IRunControl
{
    /// <summary>What every method throws; null for nothing.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What was asked for, in order.</summary>
    public List<string> Calls { get; } = [];

    public Task<RunFileVersion> ReadAsync(CancellationToken cancellationToken)
    {
        return Done("read", new RunFileVersion("sources: []\n", "v1"));
    }

    public Task<RunChange> ReplaceAsync(string text, string version, CancellationToken cancellationToken)
    {
        return Done($"replace {version} {text.Length}", new RunChange("v2", ["a"], ["b"], ["c"], ["http.listen"]));
    }

    public Task<SourceVersion> ReadAsync(string id, CancellationToken cancellationToken)
    {
        return Done($"read {id}", new SourceVersion(id, new JsonObject { ["input"] = "usb:0" }, "s1"));
    }

    public Task<string> AddAsync(JsonObject settings, CancellationToken cancellationToken)
    {
        return Done($"add {settings.ToJsonString()}", "ä b");
    }

    public Task<SourceVersion> ChangeAsync(string id, JsonObject patch, string version, CancellationToken cancellationToken)
    {
        return Done($"change {id} {version} {patch.ToJsonString()}", new SourceVersion(id, patch, "s2"));
    }

    public Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        return Done($"remove {id}", 0);
    }

    public Task PauseAsync(string id, bool isPaused, CancellationToken cancellationToken)
    {
        return Done($"{(isPaused ? "pause" : "resume")} {id}", 0);
    }

    private Task<T> Done<T>(string call, T result)
    {
        Calls.Add(call);
        return Failure is null ? Task.FromResult(result) : Task.FromException<T>(Failure);
    }
}
