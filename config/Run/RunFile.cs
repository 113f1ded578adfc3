using Streaming.Config.Yaml;

namespace Streaming.Config.Run;

/// <summary>
/// Reads run files: YAML with the keys of <see cref="RunKeys"/>. Relative paths in it are relative to the file, so that it works from
/// anywhere.
/// </summary>
public static class RunFile
{
    /// <summary>Whether an input of the command line is a run file.</summary>
    /// <param name="path">What the user wrote.</param>
    public static bool IsRunFile(string path)
    {
        return Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="environment">Values for ${NAME}; the process's environment by default.</param>
    /// <exception cref="ConfigurationException">With every error in it.</exception>
    public static RunConfig Read(string path, Func<string, string?>? environment = null)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: cannot be read: {exception.Message}");
        }

        return Parse(text, path, environment ?? Environment.GetEnvironmentVariable);
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="path">The file's path, for messages and relative paths.</param>
    /// <param name="environment">Values for ${NAME}.</param>
    /// <exception cref="ConfigurationException">With every error in it.</exception>
    public static RunConfig Parse(string text, string path, Func<string, string?> environment)
    {
        if (YamlReader.Read(text, path) is not ConfigMap map)
        {
            throw new ConfigurationException($"{path}: a run file is a mapping with the key 'sources'.");
        }

        var reading = new Reading(map, path, environment);
        var config = reading.Config();
        return reading.Errors.Count == 0 ? config : throw new ConfigurationException(reading.Errors);
    }

    private sealed class Reading(ConfigMap map, string path, Func<string, string?> environment)
    {
        private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

        public List<string> Errors { get; } = [];

        public RunConfig Config()
        {
            string[] groups = [.. RunKeys.Sections.Select(section => section.Name), "sources"];
            var rest = map with { Entries = map.Entries.Where(item => !groups.Contains(item.Key)).ToDictionary(item => item.Key, item => item.Value) };
            foreach (var unknown in rest.Entries.Where(item => RunKeys.Top.All(key => key.Name != item.Key)))
            {
                Errors.Add($"{path}:{unknown.Value.Line}: {unknown.Key}: is not known.{NearestName.Hint(unknown.Key, [.. groups, .. RunKeys.Top.Select(key => key.Name)])}");
            }

            var top = Section(rest with { Entries = rest.Entries.Where(item => RunKeys.Top.Any(key => key.Name == item.Key)).ToDictionary() }, "", RunKeys.Top);
            var config = new RunConfig
            {
                Verbose = top.Bool("verbose") ?? false,
                Model = Model(Section(Node("model"), "model", RunKeys.Model)),
                Batching = Batching(Section(Node("batching"), "batching", RunKeys.Batching)),
                Output = Output(Section(Node("output"), "output", RunKeys.Output)),
                Metrics = Metrics(Section(Node("metrics"), "metrics", RunKeys.Metrics)),
                Sources = Sources(),
            };
            Errors.AddRange(RunChecks.Errors(config).Select(error => $"{path}: {error}"));
            return config;
        }

        private ConfigNode? Node(string key)
        {
            return map.Entries.GetValueOrDefault(key);
        }

        private RunFileSection Section(ConfigNode? node, string name, IReadOnlyList<RunKey> keys)
        {
            return new RunFileSection(node, path, name, keys, environment, Errors);
        }

        private ModelSection Model(RunFileSection section)
        {
            var usual = new ModelSection();
            return new ModelSection
            {
                Config = section.Text("config") is { } config ? ExistingFile(config) : usual.Config,
                Weights = section.Text("weights") is { } weights && !weights.StartsWith("synthetic:", StringComparison.Ordinal) ? Resolve(weights) : section.Text("weights"),
                Set = section.Texts("set") ?? usual.Set,
                Classes = section.Text("classes") is { } classes ? Resolve(classes) : null,
                Devices = section.Texts("devices") ?? usual.Devices,
                Threads = section.Integer("threads"),
                Precision = section.Choice<Precision>("precision") ?? usual.Precision,
                Exact = section.Bool("exact") ?? usual.Exact,
                Winograd = section.Bool("winograd") ?? usual.Winograd,
                LibTorch = section.Text("libtorch") is { } folder ? Resolve(folder) : null,
            };
        }

        private static BatchingSection Batching(RunFileSection section)
        {
            return new BatchingSection
            {
                MaxSize = section.Integer("max_size"),
                MaxDelay = section.Number("max_delay_ms") is { } delay ? TimeSpan.FromMilliseconds(delay) : new BatchingSection().MaxDelay,
                MaxInFlight = section.Integer("max_in_flight"),
                Workers = section.Integer("workers"),
            };
        }

        private OutputSection Output(RunFileSection section)
        {
            var usual = new OutputSection();
            return new OutputSection
            {
                Folder = Resolve(section.Text("folder") ?? usual.Folder),
                JsonLines = section.Template("jsonl", OutputSection.DefaultJsonLines, isUsual: true),
                Video = section.Template("video", OutputSection.DefaultVideo, isUsual: false),
                Coco = section.Template("coco", OutputSection.DefaultCoco, isUsual: false),
                DrawThreshold = section.Number("draw_threshold") ?? usual.DrawThreshold,
                Existing = section.Choice<ExistingOutput>("existing") ?? usual.Existing,
            };
        }

        private static MetricsSection Metrics(RunFileSection section)
        {
            return new MetricsSection { Listen = section.Text("listen"), Token = section.Text("token") };
        }

        private List<SourceConfig> Sources()
        {
            if (Node("sources") is not ConfigList { Items.Count: > 0 } list)
            {
                Errors.Add($"{path}: sources: must be a list of at least one source.");
                return [];
            }

            var defaults = Source(Section(Node("defaults"), "defaults", RunKeys.SourceDefaults), new SourceConfig { Id = "", Input = "" });
            var sources = new List<SourceConfig>();
            for (var i = 0; i < list.Items.Count; i++)
            {
                var section = Section(list.Items[i], $"sources[{i}]", RunKeys.Source);
                if (section.Text("input") is { } input)
                {
                    var config = Source(section, defaults) with { Input = ExistingFile(input), Id = section.Text("id") ?? "" };
                    sources.Add(config);
                }
            }

            return sources;
        }

        private SourceConfig Source(RunFileSection section, SourceConfig usual)
        {
            return usual with
            {
                User = section.Text("user") ?? usual.User,
                Password = section.Text("password") ?? usual.Password,
                WhenFull = section.Choice<FullMode>("when_full") ?? usual.WhenFull,
                MaxFps = section.Number("max_fps") ?? usual.MaxFps,
                Start = section.Seconds("start_s") ?? usual.Start,
                End = section.Seconds("end_s") ?? usual.End,
                Stride = section.Integer("stride") ?? usual.Stride,
                Transport = section.Choice<Transport>("transport") ?? usual.Transport,
                Trust = section.Text("trust") is { } trust ? trust == SourceConfig.TrustAny ? trust : Resolve(trust) : usual.Trust,
                OpenTimeout = section.Seconds("open_timeout_s") ?? usual.OpenTimeout,
                ReadTimeout = section.Seconds("read_timeout_s") ?? usual.ReadTimeout,
            };
        }

        private string Resolve(string relative)
        {
            return Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(_folder, relative)) is var shorter && !shorter.StartsWith("..", StringComparison.Ordinal)
                ? shorter
                : Path.Combine(_folder, relative);
        }

        /// <summary>What may be a file beside the run file, or a name or an address.</summary>
        private string ExistingFile(string text)
        {
            var beside = Path.Combine(_folder, text);
            return !text.Contains("://", StringComparison.Ordinal) && (File.Exists(beside) || Directory.Exists(beside)) ? Resolve(text) : text;
        }
    }
}
