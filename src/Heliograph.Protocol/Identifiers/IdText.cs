using System.Security.Cryptography;

namespace Heliograph.Protocol;

/// <summary>What product and device IDs have in common: a prefix, then a fixed number of <c>[a-z0-9]</c>.</summary>
internal static class IdText
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static string New(string prefix, int length) => prefix + RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>The ID in lower case, or null where <paramref name="text"/> has another form.</summary>
    public static string? Normalize(string? text, string prefix, int length)
    {
        if (text is null || text.Length != prefix.Length + length)
            return null;

        for (var i = 0; i < text.Length; i++)
        {
            // ASCII alone: the Kelvin sign, too, is a k in lower case.
            var c = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
            if (i < prefix.Length ? c != prefix[i] : !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
                return null;
        }

        return text.ToLowerInvariant();
    }
}
