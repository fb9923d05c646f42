using System.Runtime.InteropServices;

namespace Heliograph.Load.Wire;

/// <summary>
/// A periodic timer that an <see cref="Epoll"/> can wait for. The epoll timeout itself counts whole milliseconds, which would bend every
/// latency of the open loop.
/// </summary>
internal sealed partial class Ticker : IDisposable
{
    private const int ClockMonotonic = 1;
    private const int NonBlockingCloseOnExec = 0x80800;

    public Ticker()
    {
        Descriptor = Create(ClockMonotonic, NonBlockingCloseOnExec);
        if (Descriptor < 0)
        {
            throw new LoadException($"timerfd_create failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    public int Descriptor { get; }

    public void Start(TimeSpan period) => Set(period);

    public void Stop() => Set(TimeSpan.Zero);

    /// <summary>How many periods have passed since the last call, 0 if none.</summary>
    public long Take() => Read(Descriptor, out var periods, sizeof(long)) == sizeof(long) ? periods : 0;

    public void Dispose() => _ = LibC.Close(Descriptor);

    private void Set(TimeSpan period)
    {
        var seconds = (nint)(period.Ticks / TimeSpan.TicksPerSecond);
        var nanoseconds = (nint)(period.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        var both = new TimerSpec(seconds, nanoseconds, seconds, nanoseconds);
        if (Set(Descriptor, 0, in both, 0) < 0)
        {
            throw new LoadException($"timerfd_settime failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    private static partial int Create(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    private static partial int Set(int descriptor, int flags, in TimerSpec value, nint old);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, out long periods, nint size);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimerSpec(nint PeriodSeconds, nint PeriodNanoseconds, nint FirstSeconds, nint FirstNanoseconds);
}
