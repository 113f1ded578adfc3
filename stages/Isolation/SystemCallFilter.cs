using System.Runtime.InteropServices;

namespace Streaming.Stages.Isolation;

/// <summary>
/// A seccomp filter that refuses what a decoder never does, so that a decoder that was taken over by a malicious stream gains
/// little: start programs, look into other processes, change the system, and for files talk over a network. See seccomp(2).
/// </summary>
internal static unsafe class SystemCallFilter
{
    private const int SetModeFilter = 1;
    private const int AllThreads = 1;

    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7fff_0000;
    private const uint RefuseNotPermitted = 0x0005_0001;

    /// <summary>Where struct seccomp_data has the number of the call and the architecture.</summary>
    private const uint Number = 0;
    private const uint Architecture = 4;

    /// <summary>Numbers from here on are those of another interface of the same kernel (x32).</summary>
    private const uint OtherInterface = 0x4000_0000;

    /// <summary>Installs the filter for every thread of this process, for good.</summary>
    /// <param name="refusesNetwork">Whether connections are refused too.</param>
    /// <returns>Whether the kernel has it; false on another processor or an old kernel.</returns>
    public static bool TryInstall(bool refusesNetwork)
    {
        if (CallNumbers.Here is not { } calls)
        {
            return false;
        }

        uint[] refused = refusesNetwork ? [.. calls.Dangerous, .. calls.Network] : calls.Dangerous;
        var program = Build(calls.Architecture, refused);
        fixed (Instruction* first = program)
        {
            var header = new Header((ushort)program.Length, (nint)first);
            return Libc.syscall(calls.Seccomp, SetModeFilter, AllThreads, (nint)(&header)) == 0;
        }
    }

    private static Instruction[] Build(uint architecture, uint[] refused)
    {
        var program = new List<Instruction>
        {
            new(LoadWord, 0, 0, Architecture),
            new(JumpIfEqual, 1, 0, architecture),
            new(Return, 0, 0, RefuseNotPermitted),
            new(LoadWord, 0, 0, Number),
            new(JumpIfAtLeast, 0, 1, OtherInterface),
            new(Return, 0, 0, RefuseNotPermitted),
        };
        foreach (var call in refused)
        {
            program.Add(new Instruction(JumpIfEqual, 0, 1, call));
            program.Add(new Instruction(Return, 0, 0, RefuseNotPermitted));
        }

        program.Add(new Instruction(Return, 0, 0, Allow));
        return [.. program];
    }

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Header(ushort Length, nint First);
}
