using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live.Inspection;

/// <summary>A line of the story, before it has its place in it.</summary>
/// <param name="From"><c>client</c>, <c>device</c> or <c>service</c>.</param>
/// <param name="Kind">A word for what it is.</param>
/// <param name="Text">What happened.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c>, or nothing in particular.</param>
internal sealed record StoryLine(string From, string Kind, string Text, string? Tone = null);

/// <summary>What goes on in a session, for those who do not know the protocol.</summary>
internal static class StoryWords
{
    private const string Service = "service";

    public static StoryLine OfEvent(LiveEvent happened, bool isDeviceHere)
    {
        var tone = EventWords.ToneOf(happened);
        return happened.Kind switch
        {
            LiveEventKind.DeviceConnected => new("device", "connected", "The device connected. It and its clients are told of each other (PEER_CONNECTED).", tone),
            LiveEventKind.DeviceDisconnected => new(
                "device", "disconnected", EventWords.Of(happened) + (isDeviceHere ? "" : " Nobody can reach it until it connects again."),
                happened.Reason == EndReason.Replaced ? tone : "bad"),
            LiveEventKind.ClientConnected => new(
                "client",
                "connected",
                EventWords.Of(happened) + (isDeviceHere
                    ? " The device is told (PEER_CONNECTED)."
                    : " The device is not connected; the client will be told when it is."),
                isDeviceHere ? tone : "bad"),
            LiveEventKind.ClientDisconnected => new("client", "disconnected", EventWords.Of(happened), tone),
            LiveEventKind.CallAnswered => new(
                happened.Call == "client/connect" ? "client" : happened.Call == "device/connect" ? "device" : Service,
                "call",
                OfAnswered(happened.Call!, isDeviceHere)),
            LiveEventKind.ContentShown => new(Service, "content-on", EventWords.Of(happened)),
            LiveEventKind.ContentHidden => new(Service, "content-off", EventWords.Of(happened)),
            _ => new(Service, "refused", EventWords.Of(happened), tone),
        };
    }

    public static StoryLine OfOffline(Role sender) => sender == Role.Client
        ? new(Service, "offline", "That message could not be handed on: the device is not connected. The client was told so (PEER_OFFLINE).", "bad")
        : new(Service, "offline", "That message could not be handed on: this client is not connected. The device was told so (PEER_OFFLINE).", "bad");

    public static StoryLine OfForeign(Role sender) => sender == Role.Client
        ? new(Service, "offline", "The client sent a message on a channel that is not its own; it was not handed on. The client was told that nobody is there (PEER_OFFLINE).", "bad")
        : new(Service, "offline", "The device sent a message on a channel that there can't be; it was not handed on. The device was told that nobody is there (PEER_OFFLINE).", "bad");

    public static StoryLine OfMissed(int count) =>
        new(Service, "missed", count == 1 ? "One more was not shown: too much at once." : $"{count} more were not shown: too much at once.");

    public static StoryLine OfNodeFollowed(string node) => new(Service, "node", $"Node {node} is followed from here on.");

    public static StoryLine OfNodeBack(string node) =>
        new(Service, "node", $"Node {node} is followed again. What its peers did meanwhile may be missing here.", "bad");

    public static StoryLine OfNodeGap(string node) => new(Service, "node", $"Some of what node {node} saw is missing here: it was lost on the way.", "bad");

    public static StoryLine OfNodeSilent(string node) =>
        new(Service, "node", $"Node {node} does not answer. What its peers do is missing here from now on.", "bad");

    public static StoryLine OfNodeLost(string node) =>
        new(Service, "node", $"Node {node} is lost. What its peers did last may be missing here; they connect to other nodes.", "bad");

    public static StoryLine OfNodeLeft(string node) =>
        new(Service, "node", $"Node {node} has left the cluster. What its peers did last may be missing here; they connect to other nodes.");

    /// <summary>The same message, which was sent before.</summary>
    public static StoryLine Again(StoryLine line) => line with { Text = $"{line.Text.TrimEnd('.')} — sent again." };

    /// <param name="captured">What was captured.</param>
    /// <param name="reading">What was read in it.</param>
    public static StoryLine OfMessage(in Captured captured, MessageReading reading)
    {
        var (from, who) = captured.Sender == Role.Client ? ("client", "The client") : ("device", "The device");
        if (captured.Kind == CapturedKind.Error)
            return new(from, "error", $"{who} ended the channel with an error: {OfError(reading.Word)}", "bad");
        if (captured.IsTooLarge)
            return new(from, "message", $"{who} sent a message that is too large to be looked into.");
        if (reading.Acknowledged is { } confirmed)
            return new(from, "ack", $"{who} confirmed message {confirmed} (ACK).");

        var (kind, text) = reading.Signaling switch
        {
            SetupRequestMessage => ("setup-request", "asked to begin (SETUP_REQUEST)"),
            SetupResponseMessage setup => ("setup-response", $"agreed to begin (SETUP_RESPONSE), {OfServers(setup.IceServers)}"),
            DescriptionMessage { Description: var description } => OfDescription(description),
            CandidateMessage { Candidate.Candidate: "" } => ("candidate", "said that it has named all ways to reach it"),
            CandidateMessage { Candidate.Candidate: var candidate } => ("candidate", $"named a way to reach it: {CandidateSummary.Of(candidate)}"),
            ApplicationMessage => ("application", $"sent a message of the application's own{(reading.Word is { } word ? $" ({word})" : "")}"),
            _ when reading.Seq is not null => ("unknown", "sent data that can't be read: it is neither plain nor signed in the way that peers agree on"),
            _ => ("unknown", "sent a message of no known form"),
        };
        return new(from, kind, $"{who} {text}.");
    }

    private static (string Kind, string Text) OfDescription(SessionDescription description) => description.Type switch
    {
        SessionDescription.Offer => ("offer", $"sent an offer ({SdpSummary.Of(description.Sdp)})"),
        SessionDescription.Answer => ("answer", $"sent an answer ({SdpSummary.Of(description.Sdp)})"),
        "pranswer" => ("answer", $"sent a provisional answer ({SdpSummary.Of(description.Sdp)})"),
        "rollback" => ("rollback", "took its offer back"),
        _ => ("description", "sent a description of no known type"),
    };

    private static string OfServers(IReadOnlyList<IceServer> servers)
    {
        var urls = servers.SelectMany(server => server.Urls).ToList();
        var turn = urls.Count(url => url.StartsWith("turn", StringComparison.OrdinalIgnoreCase));
        return urls.Count == 0 ? "and names no ICE servers" : $"and names {urls.Count} ICE server{(urls.Count == 1 ? "" : "s")}, {(turn == 0 ? "none" : turn)} of them TURN";
    }

    private static string OfAnswered(string call, bool isDeviceHere) => call switch
    {
        "client/connect" => $"A client asked for a connection (client/connect) and was given a signaling URL; the device is {(isDeviceHere ? "connected" : "not connected")}.",
        "device/connect" => "The device asked for a connection (device/connect) and was given a signaling URL.",
        _ => "A peer asked for ICE servers (ice-servers) and was answered.",
    };

    private static string OfError(string? code) => code switch
    {
        PeerErrorCodes.DecodeError => $"{code} — it could not read a message.",
        PeerErrorCodes.VerificationError => $"{code} — a message was not signed as it must be, as when the shared secrets differ.",
        PeerErrorCodes.ChannelClosed => $"{code} — it closed the channel in order.",
        PeerErrorCodes.ChannelNotFound => $"{code} — it does not know the channel, as after a restart; the client makes a new one.",
        PeerErrorCodes.NoMoreChannels => $"{code} — it has no room for another client.",
        PeerErrorCodes.AccessDenied => $"{code} — it does not let this client in.",
        PeerErrorCodes.InternalError => $"{code} — it failed in itself.",
        null => "one whose code is no plain word.",
        _ => $"{code}.",
    };
}
