using System.Text;

namespace Heliograph.Doctor;

/// <summary>What comes from elsewhere, as it may be shown: on one line, short, without control characters or secrets.</summary>
internal static class Foreign
{
    private const int MaxLength = 100;

    /// <summary>Text of the other side: a terminal must not obey it.</summary>
    public static string Text(string text)
    {
        var line = new StringBuilder();
        foreach (var c in text.Trim())
            line.Append(char.IsControl(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? ' ' : c);
        return line.Length <= MaxLength ? line.ToString() : line.ToString(0, MaxLength) + "…";
    }

    /// <summary>A URL without its query, which may be a ticket.</summary>
    public static string Url(Uri url) => Text(url.IsAbsoluteUri ? url.GetLeftPart(UriPartial.Path) : url.ToString().Split('?')[0]);
}
