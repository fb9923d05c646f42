namespace Heliograph.Server.Live.Inspection;

/// <summary>What peers call things, where that is a short plain word: in longer or other names anything could stand.</summary>
internal static class PlainWord
{
    private const int MaxLength = 40;

    /// <summary>The word; null where it is none.</summary>
    public static string? Of(string? text) =>
        text is { Length: > 0 and <= MaxLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? text : null;
}
