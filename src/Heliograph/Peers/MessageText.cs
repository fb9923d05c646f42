using System.Text.Json;
using System.Text.RegularExpressions;
using Heliograph.Protocol.WebRtc;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;

namespace Heliograph.Peers;

/// <summary>Messages as people write and read them on the terminal.</summary>
internal static partial class MessageText
{
    /// <summary>What a line that was typed means: JSON is sent as it is, anything else as <c>{"type":"TEXT","text":…}</c>.</summary>
    public static SignalingMessage Parse(string line)
    {
        if (ForeignJson.TryParse(System.Text.Encoding.UTF8.GetBytes(line), out var json) && json.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            return SignalingMessage.Of(json.Value);
        return SignalingMessage.Of(JsonSerializer.SerializeToElement(new("TEXT", line), PeerJson.Default.TextMessage));
    }

    /// <summary>What is told of a message that the SDK does not take: all else that can be wrong with one was seen to before.</summary>
    public const string TooLarge = "a message was too large to be sent: with its signature, 64 KiB are allowed";

    /// <summary>What a message says: all of the application's own, of descriptions and candidates only the kind.</summary>
    public static string Describe(SignalingMessage message, bool withContent) => message switch
    {
        ApplicationMessage { Content: var content } when ForeignJson.IsText(content) && TextOf(content) is { } text => text,
        ApplicationMessage { Content: var content } => content.GetRawText(),
        _ when withContent => System.Text.Encoding.UTF8.GetString(SignalingMessageJson.Write(message)),
        DescriptionMessage { Description: var description } => $"DESCRIPTION {KindOf(description)}",
        CandidateMessage { Candidate: var candidate } => $"CANDIDATE {KindOf(candidate)}",
        _ => message.GetType().Name,
    };

    private static string? TextOf(JsonElement content) =>
        content.ValueKind == JsonValueKind.Object && content.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "TEXT"
            && content.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static string KindOf(SessionDescription description) =>
        string.Join(" of ", new[] { description.Type, string.Join(" + ", MediaLine().Matches(description.Sdp).Select(match => match.Groups["kind"].Value)) }.Where(part => part.Length > 0));

    private static string KindOf(IceCandidate candidate) =>
        CandidateType().Match(candidate.Candidate) is { Success: true } match ? match.Groups["type"].Value : "end of candidates";

    [GeneratedRegex(@"^m=(?<kind>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MediaLine();

    [GeneratedRegex(@" typ (?<type>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CandidateType();
}
