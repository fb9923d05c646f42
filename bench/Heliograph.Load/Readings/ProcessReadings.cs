using System.Globalization;

namespace Heliograph.Load.Readings;

/// <summary>What the kernel says of a process. CPU time counts in ticks of 10 ms, so rounds have to be seconds long.</summary>
internal static class ProcessReadings
{
    // USER_HZ, the unit of /proc/PID/stat on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of all threads together, those that have ended too.</summary>
    public static TimeSpan CpuTime(int processId)
    {
        var stat = Read($"/proc/{processId}/stat");

        // The program's name, in parentheses, may hold blanks: count the fields from behind it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

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
}

/// <summary>In kB, as the kernel counts.</summary>
internal sealed record MemoryReading(long Resident, long Proportional, long PrivateDirty);
