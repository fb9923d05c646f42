using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live;

/// <summary>Events in plain words, for those who do not know the protocol.</summary>
internal static class EventWords
{
    /// <summary>What happened, without its time and its device.</summary>
    public static string Of(LiveEvent happened) => happened.Kind switch
    {
        LiveEventKind.DeviceConnected => "The device connected.",
        LiveEventKind.DeviceDisconnected => $"The device disconnected{After(happened)}: {Of(happened.Reason)}.",
        LiveEventKind.ClientConnected => $"A client connected {(happened.IsAuthorized ? "with" : "without")} a token.",
        LiveEventKind.ClientDisconnected => $"A client disconnected{After(happened)}: {Of(happened.Reason)}.",
        LiveEventKind.CallAnswered => $"{happened.Call} was answered.",
        LiveEventKind.CallRefused => $"{OfCall(happened.Call!)} was refused: {happened.Why}",
        LiveEventKind.PeerOffline when happened.Sender == Role.Client =>
            "A client's message could not be handed on, because the device is not connected. The client was told so.",
        LiveEventKind.PeerOffline => "A message of the device could not be handed on, because that client is not connected. The device was told so.",
        LiveEventKind.IdentityConflict =>
            "Connections of this device replace each other over and over: two devices seem to have its identity. Its connects are slowed down.",
        LiveEventKind.ContentShown =>
            $"{Who(happened)} had the session inspector show what this device's messages contain, for {Of(happened.Duration)}.",
        _ => $"{Who(happened)} had the session inspector hide what this device's messages contain.",
    };

    /// <summary>How it looks: <c>good</c>, <c>bad</c> or nothing in particular.</summary>
    public static string? ToneOf(LiveEvent happened) => happened.Kind switch
    {
        LiveEventKind.DeviceConnected or LiveEventKind.ClientConnected => "good",
        LiveEventKind.DeviceDisconnected or LiveEventKind.ClientDisconnected => IsFault(happened.Reason) ? "bad" : null,
        LiveEventKind.CallRefused or LiveEventKind.PeerOffline or LiveEventKind.IdentityConflict => "bad",
        _ => null,
    };

    /// <summary>Why a connection ended.</summary>
    public static string Of(EndReason reason) => reason switch
    {
        EndReason.PeerClosed => "it closed the connection itself, as a program does that ends in order, and a browser whose tab is gone",
        EndReason.Lost => "its connection broke without a goodbye, as when its program is ended or its network goes away",
        EndReason.GoingAway => "the service was stopping",
        EndReason.ProtocolError => "it broke the rules of WebSockets",
        EndReason.InvalidText => "it sent text that is not UTF-8",
        EndReason.TooBig => "it sent a message over the size limit",
        EndReason.InternalError => "the service failed; its log says why",
        EndReason.Replaced => "a newer connection took its place",
        EndReason.SlowConsumer => "it read too slowly, and too much was waiting for it",
        EndReason.Revoked => "its key, device or product was removed",
        EndReason.KeepAliveTimeout => "nothing was heard from it any more, not even an answer to a ping",
        EndReason.MessageTimeout => "it began a message and did not finish it",
        EndReason.Moved => "its product was moved to another region, where it connects anew",
        _ => "it is not known why",
    };

    /// <summary>A time span, as people say it.</summary>
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms",
        { TotalMinutes: < 1 } => $"{span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
        { TotalHours: < 1, Seconds: 0 } => $"{span.Minutes} min",
        { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1, Minutes: 0 } => $"{span.Hours} h",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{span.Days} d {span.Hours} h",
    };

    /// <summary>What a code of the table of connect calls means.</summary>
    public static string OfOutcome(string? code) => code switch
    {
        null => "answered",
        ErrorCodes.BadRequest => "the request was malformed",
        ErrorCodes.Unauthorized => "the token or the signaling URL was missing, expired or not genuine",
        ErrorCodes.AccessDenied => "the token was genuine, but for something else",
        ErrorCodes.ProductIdNotFound => "there is no such product",
        ErrorCodes.DeviceIdNotFound => "there is no such device",
        ErrorCodes.TooManyRequests => "too many at once",
        ErrorCodes.Unavailable => "the service was stopping or without its database, or the product's region could not be reached",
        ErrorCodes.InternalError => "the service failed",
        _ => "refused",
    };

    private static string OfCall(string call) => call switch
    {
        "device/connect" => "A connect of the device (device/connect)",
        "client/connect" => "A connect of a client (client/connect)",
        "ice-servers" => "A request for ICE servers (ice-servers)",
        _ => "The opening of a signaling URL",
    };

    private static string After(LiveEvent happened) =>
        $" after {Of(happened.Duration)} and {happened.Messages.ToString(CultureInfo.InvariantCulture)} message{(happened.Messages == 1 ? "" : "s")} of its own";

    private static string Who(LiveEvent happened) => happened.Actor?.Name ?? happened.Actor?.Id ?? "Somebody";

    private static bool IsFault(EndReason reason) =>
        reason is not (EndReason.PeerClosed or EndReason.GoingAway or EndReason.Replaced or EndReason.Revoked or EndReason.Moved);
}
