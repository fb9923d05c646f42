using System.Globalization;

namespace Heliograph.Server.Hosting;

/// <summary>Spans of time, for a person.</summary>
internal static class TimeInWords
{
    /// <summary>A span of time in its largest whole unit: <c>1 second</c>, <c>3 minutes</c>, <c>12 days</c>.</summary>
    public static string Of(TimeSpan time)
    {
        var (number, unit) = time.Duration() switch
        {
            var t when t < TimeSpan.FromMinutes(2) => (t.TotalSeconds, "second"),
            var t when t < TimeSpan.FromHours(2) => (t.TotalMinutes, "minute"),
            var t when t < TimeSpan.FromDays(2) => (t.TotalHours, "hour"),
            var t when t < TimeSpan.FromDays(730) => (t.TotalDays, "day"),
            var t => (t.TotalDays / 365.25, "year"),
        };
        var whole = Math.Floor(number);
        return $"{whole.ToString("F0", CultureInfo.InvariantCulture)} {unit}{(whole is 1 ? "" : "s")}";
    }

    /// <summary>How far a moment is from now: <c>3 minutes ago</c>, <c>in 2 hours</c>.</summary>
    public static string From(DateTimeOffset time, DateTimeOffset now) => time > now ? $"in {Of(time - now)}" : $"{Of(now - time)} ago";
}
