using System.Text.Json;
using Heliograph.Protocol.Signing;

namespace Heliograph.Protocol.WebRtc;

/// <summary>Reads and writes the JSON of the WebRTC signaling layer.</summary>
public static class SignalingMessageJson
{
    /// <summary>Reads a message. Optional fields may be null; what has no type of this layer is the application's.</summary>
    /// <exception cref="MessageRejectedException">It is of this layer, but lacks what its type needs.</exception>
    public static SignalingMessage Read(JsonElement json) => json.Text("type") switch
    {
        "SETUP_REQUEST" => new SetupRequestMessage(),
        "SETUP_RESPONSE" => new SetupResponseMessage(IceServersJson.Read(json)),
        "DESCRIPTION" => new DescriptionMessage(ReadDescription(json)),
        "CANDIDATE" => new CandidateMessage(ReadCandidate(json)),
        _ => new ApplicationMessage(json),
    };

    /// <summary>The JSON of a message.</summary>
    /// <exception cref="ArgumentException">An application's message that can't be written: it is undefined, or no other peer could read it.</exception>
    public static byte[] Write(SignalingMessage message) =>
        message is ApplicationMessage { Content: var content } ? PeerJson.Write(content) : PeerJson.WriteObject(message, WriteFields);

    private static SessionDescription ReadDescription(JsonElement json)
    {
        json.TryGet("description", out var description);
        var type = description.Text("type") ?? throw MessageRejectedException.Unreadable("The DESCRIPTION has no description.type.");
        var sdp = description.Text("sdp");
        if (sdp is null && type != "rollback")
            throw MessageRejectedException.Unreadable("The DESCRIPTION has no description.sdp.");
        return new(type, sdp ?? "");
    }

    private static IceCandidate ReadCandidate(JsonElement json)
    {
        if (!json.TryGet("candidate", out var candidate) || candidate.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            throw MessageRejectedException.Unreadable("The CANDIDATE has no candidate.");
        return new(
            candidate.Text("candidate") ?? "",
            candidate.Text("sdpMid"),
            candidate.Count("sdpMLineIndex") is { } index and <= int.MaxValue ? (int)index : null,
            candidate.Text("usernameFragment"));
    }

    private static void WriteFields(Utf8JsonWriter writer, SignalingMessage message)
    {
        switch (message)
        {
            case SetupRequestMessage:
                writer.WriteString("type"u8, "SETUP_REQUEST"u8);
                break;
            case SetupResponseMessage { IceServers: var servers }:
                writer.WriteString("type"u8, "SETUP_RESPONSE"u8);
                IceServersJson.Write(writer, servers);
                break;
            case DescriptionMessage { Description: var description }:
                writer.WriteString("type"u8, "DESCRIPTION"u8);
                writer.WriteStartObject("description"u8);
                writer.WriteString("type"u8, description.Type);
                writer.WriteString("sdp"u8, description.Sdp);
                writer.WriteEndObject();
                break;
            case CandidateMessage { Candidate: var candidate }:
                writer.WriteString("type"u8, "CANDIDATE"u8);
                WriteCandidate(writer, candidate);
                break;
        }
    }

    /// <summary>Fields that don't apply are left out, never null: not every SDK reads a null.</summary>
    private static void WriteCandidate(Utf8JsonWriter writer, IceCandidate candidate)
    {
        writer.WriteStartObject("candidate"u8);
        writer.WriteString("candidate"u8, candidate.Candidate);
        if (candidate.SdpMid is { } mid)
            writer.WriteString("sdpMid"u8, mid);
        if (candidate.SdpMLineIndex is { } index)
            writer.WriteNumber("sdpMLineIndex"u8, index);
        if (candidate.UsernameFragment is { } fragment)
            writer.WriteString("usernameFragment"u8, fragment);
        writer.WriteEndObject();
    }
}
