using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>Why a system call failed, as Linux numbers it (errno(3)).</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int ConnectionAborted = 103;

    /// <summary>That of this thread's last call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>What the system says of the last call's error.</summary>
    public static IOException ToException(string call) => new($"{call}: {TextOf(Last)}");

    /// <summary>What the system calls an error.</summary>
    public static string TextOf(int number) => new Win32Exception(number).Message;
}
