using System.Runtime.InteropServices;

namespace Streaming.Stages.Isolation;

/// <summary>Numbers of system calls on a processor (asm/unistd_64.h, asm-generic/unistd.h).</summary>
/// <param name="Architecture">AUDIT_ARCH of linux/audit.h.</param>
/// <param name="Seccomp">The number of seccomp itself.</param>
/// <param name="Dangerous">What no decoder needs.</param>
/// <param name="Network">What a decoder of files does not need.</param>
internal sealed record CallNumbers(uint Architecture, nint Seccomp, uint[] Dangerous, uint[] Network)
{
    /// <summary>Those of this machine; null when they are not known.</summary>
    public static CallNumbers? Here => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        _ => null,
    };

    private static CallNumbers X64 { get; } = new(
        0xc000_003e,
        317,
        [
            59, 322, // execve, execveat
            101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp
            155, 161, 165, 166, 272, 308, 429, 428, 430, 432, // pivot_root, chroot, mount, umount2, unshare, setns, new mount API
            175, 176, 313, 246, 320, // modules, kexec
            169, 167, 168, 163, 164, 227, 159, 305, // reboot, swap, acct, clocks
            298, 321, 323, 248, 249, 250, 425, 426, 427, // perf, bpf, userfaultfd, keys, io_uring
            106, 105, 117, 119, 116, // setgid, setuid, setresuid, setresgid, setgroups
        ],
        [41, 42, 43, 49, 50, 53, 288]); // socket, connect, accept, bind, listen, socketpair, accept4

    private static CallNumbers Arm64 { get; } = new(
        0xc000_00b7,
        277,
        [
            221, 281, 117, 270, 271, 272, 41, 51, 40, 39, 97, 268, 428, 429, 430, 432, 105, 106, 273, 104, 294, 142, 224, 225, 89,
            112, 266, 241, 280, 282, 217, 218, 219, 425, 426, 427, 144, 146, 147, 149, 159,
        ],
        [198, 203, 202, 200, 201, 199, 242]);
}
