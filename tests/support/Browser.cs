using System.Reflection;
using Microsoft.Playwright;

namespace Streaming.Testing;

/// <summary>The system's Chromium without a window, driven by Playwright. No browser is downloaded.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;

    private Browser(IPlaywright playwright, IBrowser chromium)
    {
        (_playwright, _chromium) = (playwright, chromium);
    }

    /// <summary>Whether Chromium is on this machine.</summary>
    public static bool IsAvailable => Path is not null;

    private static string? Path { get; } = Programs.Find("chromium");

    /// <summary>Starts it; ask <see cref="IsAvailable"/> first.</summary>
    public static async Task<Browser> StartAsync()
    {
        // Playwright's driver (a program of Node) stays in its package.
        var package = typeof(Browser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "Playwright").Value;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        var playwright = await Playwright.CreateAsync();
        try
        {
            var options = new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--disable-gpu"] };
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(options));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Opens an empty page with cookies and storage of its own.</summary>
    public Task<IPage> OpenAsync()
    {
        return _chromium.NewPageAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
    }
}
