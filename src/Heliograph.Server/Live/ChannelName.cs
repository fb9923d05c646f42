using Heliograph.Protocol;

namespace Heliograph.Server.Live;

/// <summary>
/// What a channel is called where people see it, as in the log: the first eight digits of its ID. Whoever knew all of it could send on
/// it from the device's side.
/// </summary>
internal static class ChannelName
{
    private const int Length = 8;

    public static string Of(ChannelId channel) => channel.ToString()[..Length];

    /// <summary>Whether a text can be the name of a channel.</summary>
    public static bool IsName(string? text) => text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
}
