using System.Text.Json.Nodes;

namespace Streaming.Server.Control;

/// <summary>The control of a run that is about to start: the server listens before the model is loaded.</summary>
internal sealed class StartingControl : IRunControl
{
    private volatile IRunControl? _control;

    private IRunControl Control => _control
        ?? throw new ControlException(ControlFailure.NotNow, "The program is starting; try again in a moment.");

    /// <summary>To be called once, when there is something to control.</summary>
    public void Started(IRunControl control)
    {
        _control = control;
    }

    /// <inheritdoc/>
    public Task<RunFileVersion> ReadAsync(CancellationToken cancellationToken)
    {
        return Control.ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunChange> ReplaceAsync(string text, string version, CancellationToken cancellationToken)
    {
        return Control.ReplaceAsync(text, version, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SourceVersion> ReadAsync(string id, CancellationToken cancellationToken)
    {
        return Control.ReadAsync(id, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string> AddAsync(JsonObject settings, CancellationToken cancellationToken)
    {
        return Control.AddAsync(settings, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SourceVersion> ChangeAsync(string id, JsonObject patch, string version, CancellationToken cancellationToken)
    {
        return Control.ChangeAsync(id, patch, version, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        return Control.RemoveAsync(id, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PauseAsync(string id, bool isPaused, CancellationToken cancellationToken)
    {
        return Control.PauseAsync(id, isPaused, cancellationToken);
    }
}
