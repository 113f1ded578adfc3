namespace Streaming.Config.Detectron;

/// <summary>detectron2's names of norms (get_norm in layers/batch_norm.py) that the network has.</summary>
internal static class NormNames
{
    /// <summary>Differ from BN while training on several GPUs only.</summary>
    private static readonly string[] Synchronised = ["SyncBN", "nnSyncBN", "naiveSyncBN"];

    /// <summary>For messages.</summary>
    public static string Supported { get; } = "FrozenBN, BN, SyncBN";

    /// <summary>Every name that is taken.</summary>
    public static IReadOnlyList<string> All { get; } = [nameof(NormKind.FrozenBN), nameof(NormKind.BN), .. Synchronised];

    /// <summary>The norm of one of the names.</summary>
    public static NormKind Parse(string name)
    {
        return Synchronised.Contains(name) ? NormKind.BN : Enum.Parse<NormKind>(name);
    }
}
