namespace Streaming.Stages.Isolation;

/// <summary>
/// The environment of decoder processes: what media libraries and the runtime need of ours, and nothing else, since passwords of
/// other cameras may stand there.
/// </summary>
internal static class DecoderEnvironment
{
    private static readonly string[] Kept =
    [
        "PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LC_", "LD_", "XDG_", "DOTNET_", "GST_", "GIO_", "G_",
        "SSL_", "LIBVA_", "CUDA_", "NVIDIA_", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    ];

    private static readonly (string Name, string Value)[] Set =
    [
        // A small process: no server for debuggers, no collector thread beside the others, no statistics for recompiling.
        ("DOTNET_EnableDiagnostics", "0"), ("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_TieredPGO", "0"),
        ("MALLOC_ARENA_MAX", "1"),
    ];

    /// <summary>Makes a copy of our environment that of a decoder process.</summary>
    public static void Apply(IDictionary<string, string?> variables)
    {
        foreach (var name in variables.Keys.Where(name => !IsKept(name)).ToArray())
        {
            variables.Remove(name);
        }

        foreach (var (name, value) in Set)
        {
            variables[name] = value;
        }
    }

    private static bool IsKept(string name)
    {
        return Kept.Any(kept => kept.EndsWith('_') ? name.StartsWith(kept, StringComparison.Ordinal) : name == kept);
    }
}
