namespace Streaming.Model.Native;

/// <summary>The user's cache folder of this program.</summary>
internal static class CacheFolder
{
    /// <summary>$XDG_CACHE_HOME/streaming, by default ~/.cache/streaming.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Root(), "streaming");

    private static string Root()
    {
        var root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!string.IsNullOrEmpty(root))
        {
            return root;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? System.IO.Path.Combine(home, ".cache") : System.IO.Path.GetTempPath();
    }
}
