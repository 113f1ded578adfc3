namespace Streaming.Testing;

/// <summary>Programs of the system that tests play against.</summary>
public static class Programs
{
    /// <summary>The path of a program, or null when this machine lacks it.</summary>
    /// <param name="name">Its name; it is looked for on PATH, and where an ordinary user's PATH does not lead.</param>
    public static string? Find(string name)
    {
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
