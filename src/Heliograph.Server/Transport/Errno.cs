using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>Why a system call failed, as Linux numbers it (errno(3)).</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int ConnectionAborted = 103;

    /// <summary>That of this thread's last call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>What the system says of the last call's error.</summary>
    public static IOException ToException(string call)
    {
        var number = Last;
        return new($"{call}: {new Win32Exception(number).Message}");
    }
}
