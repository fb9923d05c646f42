using System.Globalization;

namespace Heliograph.Terminal;

/// <summary>How values are told to people.</summary>
internal static class Wording
{
    /// <summary>A time in UTC, to the minute.</summary>
    public static string Time(DateTime? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A number and what it counts, such as "1 device" and "10,000 devices".</summary>
    public static string Count(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : one + "s")}");

    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Tags as they are written on the command line.</summary>
    public static string Tags(IReadOnlyDictionary<string, string> tags) =>
        string.Join(' ', tags.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
}
