namespace Streaming.Cli;

/// <summary>What the exit codes mean.</summary>
internal static class ExitCode
{
    /// <summary>All work is done; for cameras, whose work has no end: the run was asked to stop.</summary>
    public const int Done = 0;

    /// <summary>A source, an output or the model failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the run file is wrong.</summary>
    public const int WrongUse = 2;

    /// <summary>
    /// A stop left work undone: a file is not finished, or frames in flight were given up. What shells use for Ctrl-C.
    /// </summary>
    public const int Cancelled = 130;
}
