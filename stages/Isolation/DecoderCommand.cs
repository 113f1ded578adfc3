using System.Reflection;

namespace Streaming.Stages.Isolation;

/// <summary>How a decoder process is started: a program that calls the decoder's main loop.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments; nothing of the source is among them.</param>
internal sealed record DecoderCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>A program that calls the decoder's main loop when it is given a verb: as a rule the one that runs.</summary>
    /// <param name="program">Its main assembly.</param>
    /// <param name="verb">The argument.</param>
    public static DecoderCommand Of(Assembly program, string verb)
    {
        const string Host = "dotnet";
        var running = Environment.ProcessPath!;
        var name = Path.GetFileNameWithoutExtension(running);

        // An assembly in a single file has no location; in a test's process the running program is another one.
        return program.Location.Length == 0 || name == program.GetName().Name
            ? new DecoderCommand(running, [verb])
            : new DecoderCommand(name == Host ? running : Host, [program.Location, verb]);
    }
}
