using System.Globalization;
using Heliograph.Terminal;

namespace Heliograph.ApiKeys;

/// <summary>When an API key is to expire, as people write it.</summary>
internal static class Expiry
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"];

    /// <summary>Reads <c>90d</c>, <c>12h</c>, a date or a time; without an offset they are in UTC.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        if (Durations.TryParse(text, out var duration))
        {
            time = now + duration;
            return true;
        }

        return DateTimeOffset.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
