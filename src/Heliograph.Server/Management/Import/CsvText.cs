using System.Buffers;

namespace Heliograph.Server.Management.Import;

/// <summary>Fields of CSV files that people open in a spreadsheet.</summary>
internal static class CsvText
{
    /// <summary>What a spreadsheet may take for the beginning of a formula.</summary>
    private const string Formula = "=+-@\t\r";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",;\"\t\r\n");

    /// <summary>The field as it is written: in quotes where it must be, and such that no spreadsheet runs it.</summary>
    public static string Write(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var field = Formula.Contains(text[0]) || IsGuarded(text) ? $"'{text}" : text;
        return field.AsSpan().ContainsAny(Quoted) || field[0] == ' ' || field[^1] == ' '
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;
    }

    /// <summary>The text that was there before <see cref="Write"/> guarded it.</summary>
    public static string Unguard(string text) => IsGuarded(text) ? text[1..] : text;

    /// <summary>Also true of a text that looks like it by itself: that one is guarded once more, so that reading gives it back.</summary>
    private static bool IsGuarded(string text)
    {
        var rest = text.AsSpan().TrimStart('\'');
        return rest.Length < text.Length && rest.Length > 0 && Formula.Contains(rest[0]);
    }
}
