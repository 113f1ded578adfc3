namespace Streaming.Cli;

/// <summary>The program's version.</summary>
internal static class ProgramVersion
{
    /// <summary>For example "1.2.3".</summary>
    public static string Text { get; } = typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);
}
