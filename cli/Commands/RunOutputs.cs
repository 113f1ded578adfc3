using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Commands;

/// <summary>Which files a run writes: all in one folder, named after the inputs.</summary>
/// <param name="folder">The folder.</param>
/// <param name="withVideo">Whether annotated copies are wanted.</param>
/// <param name="drawThreshold">The least score that is drawn.</param>
internal sealed class RunOutputs(string folder, bool withVideo, double drawThreshold)
{
    /// <summary>An input with the name that its outputs get.</summary>
    public sealed record Input(string Id, string Location);

    /// <summary>Gives each input a name of its own, and refuses inputs that do not exist and outputs that do.</summary>
    public IReadOnlyList<Input> Assign(IReadOnlyList<string> locations, bool overwrite)
    {
        var inputs = new List<Input>();
        foreach (var location in locations)
        {
            if (!StreamAddress.IsAddress(location) && !File.Exists(location) && !Directory.Exists(location))
            {
                throw new UsageException($"{location}: there is no such file or folder.");
            }

            var (name, number) = (FrameSources.NameOf(location), 1);
            var id = name;
            while (inputs.Any(input => input.Id == id))
            {
                id = $"{name}-{++number}";
            }

            inputs.Add(new Input(id, location));
        }

        var existing = inputs.SelectMany(input => new[] { Lines(input.Id), Video(input.Id) }).FirstOrDefault(path => File.Exists(path));
        if (existing is not null && !overwrite)
        {
            throw new UsageException($"{existing}: exists already; add --overwrite to replace it, or name another folder with --output.");
        }

        return inputs;
    }

    /// <summary>Makes the folder.</summary>
    public void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--output: {EmitException.For(folder, exception).Message}");
        }
    }

    /// <summary>The outputs of a source; pictures have no rate, so their annotated copies are pictures too.</summary>
    public IReadOnlyList<IFrameSink> CreateSinks(SourceInfo source, RunInfo run, PixelPool pool)
    {
        var sinks = new List<IFrameSink>();
        try
        {
            sinks.Add(new JsonLinesSink(Lines(source.Id), run, source));
            if (withVideo)
            {
                sinks.Add(source.FrameRate is null
                    ? new ImageFolderSink(Path.Combine(folder, $"{source.Id}-annotated"), pool, drawThreshold)
                    : new VideoFileSink(Video(source.Id), source, pool, drawThreshold));
            }

            return sinks;
        }
        catch
        {
            sinks.ForEach(sink => sink.Dispose());
            throw;
        }
    }

    private string Lines(string id)
    {
        return Path.Combine(folder, $"{id}.jsonl");
    }

    private string Video(string id)
    {
        return Path.Combine(folder, $"{id}-annotated.mp4");
    }
}
