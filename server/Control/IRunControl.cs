using System.Text.Json.Nodes;
using Streaming.Config;

namespace Streaming.Server.Control;

/// <summary>
/// Changes a run while it runs, through its run file: the file is what counts, here and after a restart. A change is checked as a
/// whole, written, and taken over; one that is wrong changes nothing. Changes come one after the other.
/// </summary>
/// <remarks>
/// Every method may throw a <see cref="ControlException"/>, and those that change something a
/// <see cref="ConfigurationException"/> with all that is wrong. Secrets are hidden in what is shown, and stay what they were when
/// they come back hidden.
/// </remarks>
internal interface IRunControl
{
    /// <summary>The text of the run file.</summary>
    Task<RunFileVersion> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the run file.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="version">The version that was changed.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    Task<RunChange> ReplaceAsync(string text, string version, CancellationToken cancellationToken);

    /// <summary>What the run file says about a source.</summary>
    Task<SourceVersion> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a source.</summary>
    /// <param name="settings">As the run file has them; without a name it gets one.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <returns>Its name.</returns>
    Task<string> AddAsync(JsonObject settings, CancellationToken cancellationToken);

    /// <summary>Changes a source.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="patch">A merge patch of its settings (RFC 7396).</param>
    /// <param name="version">The version that was changed.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <returns>The new version.</returns>
    Task<SourceVersion> ChangeAsync(string id, JsonObject patch, string version, CancellationToken cancellationToken);

    /// <summary>Removes a source.</summary>
    Task RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Leaves a source alone, or no longer.</summary>
    Task PauseAsync(string id, bool isPaused, CancellationToken cancellationToken);
}
