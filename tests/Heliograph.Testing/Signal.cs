using System.Runtime.InteropServices;

namespace Heliograph.Testing;

/// <summary>Signals to other processes, as <c>kill</c> sends them.</summary>
public static class Signal
{
    public static void Send(int process, PosixSignal signal)
    {
        var number = signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal)),
        };
        SendNumber(process, number);
    }

    /// <summary>Stops a process where it is, and it does not notice: as a machine that hangs.</summary>
    public static void Freeze(int process) => SendNumber(process, 19);

    /// <summary>Lets a process go on.</summary>
    public static void Resume(int process) => SendNumber(process, 18);

    private static void SendNumber(int process, int number)
    {
        if (Kill(process, number) != 0)
            throw new InvalidOperationException($"The signal can't be sent: error {Marshal.GetLastPInvokeError()}.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
