using Streaming.Config.Yaml;
using Streaming.Config.Zoo;

namespace Streaming.Config.Detectron;

/// <summary>Finds and reads a detectron2 configuration file and the chain of files that its `_BASE_` names.</summary>
internal static class ConfigFile
{
    private const string BaseKey = "_BASE_";
    private const int MaxChain = 16;

    /// <summary>A file of the chain: its name for messages and what it says.</summary>
    public sealed record Layer(string Name, ConfigMap Values);

    /// <summary>The chain, base first. <paramref name="pathOrName"/> is a file or a shipped model's name.</summary>
    public static IReadOnlyList<Layer> ReadChain(string pathOrName)
    {
        var layers = new List<Layer>();
        var next = Locate(pathOrName);
        while (true)
        {
            if (layers.Count == MaxChain || layers.Any(layer => layer.Name == next.Name))
            {
                throw new ConfigurationException(
                    $"{next.Name}: the chain of {BaseKey} files runs in a circle or has more than {MaxChain} files.");
            }

            if (YamlReader.Read(next.Text, next.Name, keepsForeignTags: true) is not ConfigMap map)
            {
                throw new ConfigurationException(
                    $"{next.Name}: a configuration is a mapping of keys to values, such as 'MODEL:'.");
            }

            layers.Insert(0, new Layer(next.Name, map));
            if (!map.Entries.TryGetValue(BaseKey, out var baseNode))
            {
                return layers;
            }

            if (baseNode is not ConfigScalar { Value: string basePath })
            {
                throw new ConfigurationException(
                    $"{next.Name}:{baseNode.Line}: {BaseKey}: {baseNode.Describe()} is not a path to one file.");
            }

            var own = map.Entries.Where(entry => entry.Key != BaseKey).ToDictionary(entry => entry.Key, entry => entry.Value);
            layers[0] = new Layer(next.Name, new ConfigMap(own, map.Line));
            next = next.Relative(basePath);
        }
    }

    private static Source Locate(string pathOrName)
    {
        if (File.Exists(pathOrName) || ModelZoo.Find(pathOrName) is not { } model)
        {
            string[] names = [.. ModelZoo.Models.Select(shipped => shipped.Name)];
            var hint = Path.HasExtension(pathOrName) || pathOrName.Contains('/', StringComparison.Ordinal)
                ? ""
                : $" Shipped configurations: {string.Join(", ", names)}.{NearestName.Hint(pathOrName, names)}";
            return Source.OfFile(pathOrName, hint);
        }

        return Source.OfShipped(model.ConfigPath)!;
    }

    private sealed record Source(string Name, string Text, bool IsShipped)
    {
        public static Source? OfShipped(string path)
        {
            return ModelZoo.ReadShipped(path) is { } text ? new Source(path, text, true) : null;
        }

        public static Source OfFile(string path, string hint)
        {
            try
            {
                if (new FileInfo(path) is { Exists: true, Length: > 4L * YamlReader.MaxCharacters })
                {
                    throw new ConfigurationException(
                        $"{path}: too large for a configuration. If it is a checkpoint, it belongs to the setting 'weights'.");
                }

                return new Source(path, File.ReadAllText(path), false);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new ConfigurationException($"{path}: there is no such configuration file.{hint}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new ConfigurationException($"{path}: the configuration cannot be read: {exception.Message}");
            }
        }

        public Source Relative(string basePath)
        {
            if (basePath.Contains("://", StringComparison.Ordinal))
            {
                throw new ConfigurationException(
                    $"{Name}: {BaseKey}: '{basePath}' is an address; only files are supported: download it next to this file.");
            }

            if (IsShipped)
            {
                var path = Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(Name)!, basePath)));
                return OfShipped(path) ?? throw new ConfigurationException($"{Name}: {BaseKey}: '{basePath}' is not shipped.");
            }

            if (basePath.StartsWith('~'))
            {
                basePath = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + basePath[1..];
            }

            var folder = Path.GetDirectoryName(Path.GetFullPath(Name))!;
            return OfFile(Path.Combine(folder, basePath), $" It is the {BaseKey} of {Name}.");
        }
    }
}
