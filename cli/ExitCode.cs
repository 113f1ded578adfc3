namespace Streaming.Cli;

/// <summary>What the exit codes mean.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int WrongUse = 2;

    /// <summary>What shells use for a program that Ctrl-C ended.</summary>
    public const int Cancelled = 130;
}
