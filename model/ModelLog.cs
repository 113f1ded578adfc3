using Microsoft.Extensions.Logging;

namespace Streaming.Model;

/// <summary>All log messages of this project; their numbers are 100 to 199.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(
        100,
        LogLevel.Information,
        "This machine's libstdc++ is older than libLibTorchSharp.so wants; a healed copy is used: {Path}")]
    public static partial void Healed(ILogger logger, string path);

    [LoggerMessage(101, LogLevel.Debug, "Loaded {Config} with {Weights} on {Device}")]
    public static partial void Loaded(ILogger logger, string config, string weights, string device);

    [LoggerMessage(102, LogLevel.Warning, "The GPU works without this program's own kernels, and slower: {Reason}")]
    public static partial void WithoutKernels(ILogger logger, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Winograd's convolutions have no effect here: {Reason}")]
    public static partial void WithoutWinograd(ILogger logger, string reason);

    [LoggerMessage(
        104, LogLevel.Warning, "{Path}: {Count} arrays of the checkpoint are not the model's and were left out: {Names}")]
    public static partial void UnusedWeights(ILogger logger, string path, int count, string names);
}
