using Streaming.Config.Zoo;

namespace Streaming.Stages.Export;

/// <summary>A format that other tools read. A new one is one file, and one line in <see cref="ExportFormats"/>.</summary>
internal abstract class ExportFormat
{
    /// <summary>Short and unique: the word for `--to`.</summary>
    public abstract string Key { get; }

    /// <summary>What comes out, for help: a few words.</summary>
    public abstract string Help { get; }

    /// <summary>The files and folders that it writes into an export's folder; nobody else's are touched.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Whether it can write masks instead of boxes.</summary>
    public virtual bool HasMasksOrBoxes => false;

    /// <summary>Whether it is about tracks: detections without one are left out unless they are asked for.</summary>
    public virtual bool IsOfTracks => false;

    /// <summary>Begins an export.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="options">What is asked for.</param>
    public abstract IExportWriter Open(ExportFolder folder, ExportOptions options);
}

/// <summary>Writes an export, frame by frame; it never holds all of them.</summary>
internal interface IExportWriter : IDisposable
{
    /// <summary>Adds a frame. Those of a source come in order; sources may take turns.</summary>
    void Write(ExportedFrame frame);

    /// <summary>Writes what can be written at the end only.</summary>
    /// <param name="categories">The classes, in the model's order.</param>
    void Complete(IReadOnlyList<Category> categories);
}
