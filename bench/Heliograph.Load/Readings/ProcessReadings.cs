using System.Globalization;
using System.Runtime.InteropServices;

namespace Heliograph.Load.Readings;

/// <summary>What the kernel says of a process.</summary>
internal static partial class ProcessReadings
{
    private const int ThreadClock = 3;

    /// <summary>User and system time of all threads together, those that have ended too, to the nanosecond.</summary>
    public static TimeSpan CpuTime(int processId)
    {
        // The CPU clock of another process: what clock_getcpuclockid(3) returns.
        return Read((~processId << 3) | 2) ?? throw new LoadException($"process {processId} has no CPU clock; has the server ended?");
    }

    /// <summary>The same of the thread that asks.</summary>
    public static TimeSpan OwnThreadCpuTime() => Read(ThreadClock) ?? TimeSpan.Zero;

    public static MemoryReading Memory(int processId)
    {
        var rollup = Read($"/proc/{processId}/smaps_rollup").Split('\n');
        return new MemoryReading(Kilobytes(rollup, "Rss:"), Kilobytes(rollup, "Pss:"), Kilobytes(rollup, "Private_Dirty:"));
    }

    /// <summary>How many descriptors more a process may open.</summary>
    public static int RoomForFiles(int processId)
    {
        var line = Read($"/proc/{processId}/limits").Split('\n').First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        var open = Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count();
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit - open : int.MaxValue;
    }

    private static long Kilobytes(string[] lines, string name) =>
        long.Parse(
            lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture);

    private static TimeSpan? Read(int clock) => ReadClock(clock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
        : null;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out ClockTime time);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LoadException($"can't read {file}; has the server ended?", error);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct ClockTime(nint Seconds, nint Nanoseconds);
}

/// <summary>In kB, as the kernel counts.</summary>
internal sealed record MemoryReading(long Resident, long Proportional, long PrivateDirty);
