using System.Text;
using Spectre.Console;

namespace Streaming.Cli.Display;

/// <summary>Standard error for Spectre.Console, by a writer of this program instead of the console's.</summary>
/// <param name="writer">Writes to standard error.</param>
internal sealed class ErrorOutput(TextWriter writer) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput _console = new(Console.Error);

    public TextWriter Writer => writer;

    public bool IsTerminal => _console.IsTerminal;

    public int Width => _console.Width;

    public int Height => _console.Height;

    public void SetEncoding(Encoding encoding)
    {
        // The writer's is UTF-8.
    }
}
