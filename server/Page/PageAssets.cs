namespace Streaming.Server.Page;

/// <summary>The files of the page. They are in the program, so the page needs no folder and no network.</summary>
internal static class PageAssets
{
    private const string Prefix = "page/";

    /// <summary>All files by their path below Page/assets, "lib/format.js" for example.</summary>
    public static IReadOnlyDictionary<string, PageAsset> All { get; } = Read();

    private static Dictionary<string, PageAsset> Read()
    {
        var assembly = typeof(PageAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return new PageAsset(content, ContentTypeOf(name));
            });
    }

    private static string ContentTypeOf(string name)
    {
        return Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        };
    }
}
