using System.Diagnostics;

namespace Streaming.EndToEnd.Tests;

/// <summary>
/// The packages of what was built with these tests, in a feed of their own. What they depend on comes from the user's NuGet
/// cache, which is only read: nothing is downloaded, and nothing of this feed stays behind.
/// </summary>
public sealed class PackageFeed : IDisposable
{
    private readonly TempFolder _folder = new();

    public PackageFeed()
    {
        var root = Golden.RepositoryRoot();
        Pack(Path.Combine(root, "Streaming.sln"), Libraries);
        Pack(Path.Combine(root, "cli"), Tools);
        _folder.File("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="libraries" value="{Libraries}" />
                <add key="tools" value="{Tools}" />
              </packageSources>
              <fallbackPackageFolders><add key="user" value="{UserCache()}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>What `dotnet pack` of the solution makes.</summary>
    public string Libraries => _folder.File("libraries");

    /// <summary>What `dotnet pack cli` makes.</summary>
    public string Tools => _folder.File("tools");

    /// <summary>A folder in which `dotnet` knows this feed alone.</summary>
    public string Folder => _folder.Path;

    /// <summary>Runs a program in the folder and returns what it printed; it must end well.</summary>
    public string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Those of the test runner's own MSBuild lead another one astray.
        string[] inherited =
            [.. start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        foreach (var name in inherited)
        {
            start.Environment.Remove(name);
        }

        start.Environment["NUGET_PACKAGES"] = _folder.File("packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{output}{error.Result}");
        return output;
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    private void Pack(string project, string output)
    {
        // The folder of this build is called after its configuration.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        Run("dotnet", "pack", project, "-c", configuration, "--no-build", "-o", output, "--nologo");
    }

    private static string UserCache()
    {
        return Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
    }
}
