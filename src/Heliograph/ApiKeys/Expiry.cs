using System.Globalization;

namespace Heliograph.ApiKeys;

/// <summary>When an API key is to expire, as people write it.</summary>
internal static class Expiry
{
    /// <summary>A hundred years.</summary>
    private const int MostHours = 36_500 * 24;

    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"];

    /// <summary>Reads <c>90d</c>, <c>12h</c>, a date or a time; without an offset they are in UTC.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > 1 && text[^1] is 'd' or 'h' && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            var hours = text[^1] == 'd' ? count * 24L : count;
            if (hours > MostHours)
                return false;
            time = now.AddHours(hours);
            return true;
        }

        return DateTimeOffset.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
