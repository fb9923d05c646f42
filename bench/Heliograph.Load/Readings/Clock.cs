using System.Diagnostics;

namespace Heliograph.Load.Readings;

/// <summary>Monotonic time in nanoseconds.</summary>
internal static class Clock
{
    private static readonly long NanosecondsPerTick = 1_000_000_000 / Stopwatch.Frequency;

    public static long Now => Stopwatch.GetTimestamp() * NanosecondsPerTick;

    public static long Nanoseconds(this TimeSpan time) => (long)(time.TotalSeconds * 1e9);

    /// <summary>The middle value; of an even count, the mean of the middle two. Null of none.</summary>
    public static double? Median(this IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
