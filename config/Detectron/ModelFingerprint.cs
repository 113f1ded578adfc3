using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Streaming.Config.Detectron;

/// <summary>Tells whether two configurations describe the same detector, wherever they come from.</summary>
internal static class ModelFingerprint
{
    /// <summary>The SHA-256, in lower-case hexadecimal, of everything that changes what the detector finds.</summary>
    /// <param name="config">The configuration; its name, its weights and what only training uses do not count.</param>
    public static string Of(ModelConfig config)
    {
        var detector = config with { Name = "", Weights = "", Notes = [], Training = new Dictionary<string, object?>() };
        var json = JsonSerializer.SerializeToUtf8Bytes(detector, ModelJson.Default.ModelConfig);
        return Convert.ToHexStringLower(SHA256.HashData(json));
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(ModelConfig))]
internal sealed partial class ModelJson : JsonSerializerContext;
