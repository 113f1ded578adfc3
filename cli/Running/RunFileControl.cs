using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Run.Editing;
using Streaming.Server.Control;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Running;

/// <summary>Changes a run through its run file.</summary>
/// <param name="file">The run file; null when flags say everything.</param>
/// <param name="parse">Reads a text in the place of the file's, and checks it.</param>
/// <param name="reload">Takes over what was read.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of changes that could not be taken over.</param>
internal sealed class RunFileControl(string? file, Func<string?, RunPlan> parse, Reload reload, TimeProvider time, ILogger logger)
    : IRunControl, IAsyncDisposable
{
    /// <summary>A change that takes longer, since an output hangs, is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly RunFileStore _store = new(file ?? "");
    private readonly RunFileText _text = new(file ?? "", Kinds.Settings);

    /// <summary>Versions are no plain hashes: with one, somebody could try out passwords.</summary>
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Reads the file again, as after a signal; what is wrong with it is logged.</summary>
    public Task<ReloadResult?> ReloadAsync(Func<RunPlan> read, CancellationToken cancellationToken)
    {
        return AloneAsync(() => reload.RunAsync(read), Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunFileVersion> ReadAsync(CancellationToken cancellationToken)
    {
        // What is read is whole, whatever is being changed: nobody waits for that.
        return Task.Run(
            () =>
            {
                var text = Read();
                return new RunFileVersion(_text.Hide(text), Version(text));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunChange> ReplaceAsync(string text, string version, CancellationToken cancellationToken)
    {
        return AloneAsync(
            async () =>
            {
                var before = Read();
                ThrowIfOther(version, Version(before));
                var next = _text.Restore(text, before);
                var result = await ApplyAsync(before, next, Parse(next), null).ConfigureAwait(false);
                return new RunChange(Version(next), result.Added, result.Changed, result.Removed, result.NeedsRestart);
            },
            Patience, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SourceVersion> ReadAsync(string id, CancellationToken cancellationToken)
    {
        return Task.Run(
            () =>
            {
                var text = Read();
                return SourceOf(text, id, EntryOf(Parse(text), id));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string> AddAsync(JsonObject settings, CancellationToken cancellationToken)
    {
        return AloneAsync(
            async () =>
            {
                var before = Read();
                if (settings[SourceSettings.Id.Key] is JsonValue value && value.GetValueKind() == JsonValueKind.String
                    && value.GetValue<string>() is var id && Parse(before).Config.Sources.Any(source => source.Id == id))
                {
                    throw new ControlException(
                        ControlFailure.Conflict, $"{id}: there is a source of that name already; choose another one.");
                }

                var next = _text.Add(before, settings);
                var plan = Parse(next);
                await ApplyAsync(before, next, plan, "").ConfigureAwait(false);
                // A folder of videos is several sources: the first one stands for all.
                return plan.Config.Sources[plan.Entries.TakeWhile(entry => entry != plan.Entries[^1]).Count()].Id;
            },
            Patience, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SourceVersion> ChangeAsync(string id, JsonObject patch, string version, CancellationToken cancellationToken)
    {
        return AloneAsync(
            async () =>
            {
                var before = Read();
                var entry = OwnEntryOf(Parse(before), id);
                var source = SourceOf(before, id, entry);
                if (version != Version(before))
                {
                    ThrowIfOther(version, source.Version);
                }

                var settings = (JsonObject)MergePatch.Apply(source.Settings, patch)!;
                var next = _text.Change(before, entry, settings);
                var plan = Parse(next);
                await ApplyAsync(before, next, plan, id).ConfigureAwait(false);
                return SourceOf(next, plan.Config.Sources[plan.Entries.TakeWhile(other => other != entry).Count()].Id, entry);
            },
            Patience, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        return AloneAsync(
            async () =>
            {
                var before = Read();
                var next = _text.Remove(before, OwnEntryOf(Parse(before), id));
                return await ApplyAsync(before, next, Parse(next), id).ConfigureAwait(false);
            },
            Patience, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PauseAsync(string id, bool isPaused, CancellationToken cancellationToken)
    {
        return AloneAsync(
            async () =>
            {
                var before = Read();
                var entry = OwnEntryOf(Parse(before), id);
                var settings = _text.Read(before, entry);
                settings.Remove(SourceSettings.Paused.Key);
                if (isPaused)
                {
                    settings[SourceSettings.Paused.Key] = true;
                }

                var next = _text.Change(before, entry, settings);
                return await ApplyAsync(before, next, Parse(next), id).ConfigureAwait(false);
            },
            Patience, cancellationToken);
    }

    /// <summary>Waits for the change that is under way; there will be no other.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> work, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken, _ending.Token);
        try
        {
            await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            throw new ControlException(ControlFailure.NotNow, "The program ends.");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new ControlException(ControlFailure.NotNow, "Another change of the run takes long; try again later.");
        }

        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes a text and takes it over. If that fails, everything is put back.</summary>
    /// <param name="before">The file's text.</param>
    /// <param name="next">Its new text.</param>
    /// <param name="plan">What that says.</param>
    /// <param name="retried">The source that is started anew if it has failed; null for all.</param>
    private async Task<ReloadResult> ApplyAsync(string before, string next, RunPlan plan, string? retried)
    {
        Check(plan, retried);
        try
        {
            Write(before, next);
        }
        catch
        {
            reload.Drop(plan);
            throw;
        }

        try
        {
            return await reload.ApplyAsync(plan, retried).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            CliLog.NotApplied(logger, file!, exception.Message);
            _store.Write(before);
            await reload.ApplyAsync(Parse(before), "").ConfigureAwait(false);
            throw;
        }
    }

    private void Check(RunPlan plan, string? retried)
    {
        try
        {
            reload.Check(plan, retried);
        }
        catch (UsageException exception)
        {
            // Outputs that are there already, or that another program writes.
            throw new ControlException(ControlFailure.Conflict, exception.Message, exception);
        }
        catch (Exception exception) when (exception is EmitException or IOException or UnauthorizedAccessException)
        {
            throw new ControlException(ControlFailure.File, exception.Message, exception);
        }
    }

    private string Read()
    {
        if (file is null)
        {
            throw new ControlException(
                ControlFailure.NoFile,
                "This run has no run file to change: it was started with flags; start it with a run file (.yaml) instead.");
        }

        try
        {
            return _store.Read();
        }
        catch (IOException exception)
        {
            throw new ControlException(ControlFailure.File, $"{file}: cannot be read: {exception.Message}", exception);
        }
    }

    private void Write(string before, string next)
    {
        if (next == before)
        {
            return;
        }

        if (_store.Read() != before)
        {
            // Somebody has edited it by hand in the meantime, however short that was.
            throw Other();
        }

        try
        {
            _store.Write(next);
        }
        catch (IOException exception)
        {
            throw new ControlException(ControlFailure.File, $"{file}: cannot be written: {exception.Message}", exception);
        }
    }

    private RunPlan Parse(string text)
    {
        try
        {
            return parse(text);
        }
        catch (UsageException exception)
        {
            throw new ConfigurationException(exception.Message);
        }
    }

    private static int EntryOf(RunPlan plan, string id)
    {
        var index = plan.Config.Sources.TakeWhile(source => source.Id != id).Count();
        return index < plan.Entries.Count
            ? plan.Entries[index]
            : throw new ControlException(ControlFailure.NotFound, $"{id}: there is no such source.");
    }

    /// <summary>The entry of a source that has one of its own.</summary>
    private int OwnEntryOf(RunPlan plan, string id)
    {
        var entry = EntryOf(plan, id);
        return plan.Entries.Count(other => other == entry) == 1
            ? entry
            : throw new ControlException(
                ControlFailure.Conflict, $"{id}: is one of several videos of sources[{entry}] in {file}; edit the file.");
    }

    private SourceVersion SourceOf(string text, string id, int entry)
    {
        var settings = _text.Read(text, entry);
        return new SourceVersion(id, settings, Version(_text.Raw(text, entry).ToJsonString()));
    }

    private string Version(string text)
    {
        return Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private void ThrowIfOther(string version, string current)
    {
        if (version != current)
        {
            throw Other();
        }
    }

    private ControlException Other()
    {
        return new ControlException(
            ControlFailure.Conflict, $"{file}: was changed meanwhile; read it again and repeat the change.");
    }
}
