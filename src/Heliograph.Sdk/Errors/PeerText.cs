namespace Heliograph.Sdk;

/// <summary>Texts that another peer chose, as a log shows them: short, and on one line.</summary>
internal static class PeerText
{
    private const int Longest = 64;

    public static string? Shown(string? text) =>
        text is null ? null : string.Concat(text.Take(Longest).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
