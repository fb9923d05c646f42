using System.Globalization;
using System.Security.Cryptography;

namespace Heliograph.Server.Registry;

/// <summary>
/// IDs of audit entries, made by us and not by a database: 12 hex digits of milliseconds since 1970, 8 of a count, and 12 that no
/// other node makes. In the order of the text they are in the order of time.
/// </summary>
internal static class AuditId
{
    private const int Length = 32;

    private static readonly string Node = RandomNumberGenerator.GetHexString(12, lowercase: true);

    private static uint _count;

    public static string New(DateTime time) => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(time):x12}{Interlocked.Increment(ref _count):x8}{Node}");

    /// <summary>What every entry of this time or later is greater than, and every earlier one less.</summary>
    public static string Before(DateTime time) => Milliseconds(time).ToString("x12", CultureInfo.InvariantCulture);

    /// <summary>Whether a text has the form of an ID.</summary>
    public static bool IsId(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);

    private static long Milliseconds(DateTime time) => Math.Max(0, new DateTimeOffset(time).ToUnixTimeMilliseconds());
}
