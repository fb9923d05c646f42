using System.Text.Json;

namespace Heliograph.Protocol;

/// <summary>A message of the WebRTC signaling layer, between a device and a client.</summary>
public abstract record SignalingMessage
{
    private protected SignalingMessage()
    {
    }

    /// <summary>A session description.</summary>
    public static SignalingMessage Of(SessionDescription description) => new DescriptionMessage(description);

    /// <summary>An ICE candidate.</summary>
    public static SignalingMessage Of(IceCandidate candidate) => new CandidateMessage(candidate);

    /// <summary>A message of the application's own: any JSON.</summary>
    public static SignalingMessage Of(JsonElement content) => new ApplicationMessage(content);
}

/// <summary><c>SETUP_REQUEST</c>: the client's first message.</summary>
public sealed record SetupRequestMessage : SignalingMessage;

/// <summary><c>SETUP_RESPONSE</c>: the device's first message.</summary>
/// <param name="IceServers">The ICE servers for the client; empty where the device names none.</param>
public sealed record SetupResponseMessage(IReadOnlyList<IceServer> IceServers) : SignalingMessage;

/// <summary><c>DESCRIPTION</c>: an offer or an answer.</summary>
/// <param name="Description">The session description.</param>
public sealed record DescriptionMessage(SessionDescription Description) : SignalingMessage;

/// <summary><c>CANDIDATE</c>: an ICE candidate.</summary>
/// <param name="Candidate">The candidate.</param>
public sealed record CandidateMessage(IceCandidate Candidate) : SignalingMessage;

/// <summary>Anything else: a message of the application's own.</summary>
/// <param name="Content">The whole message, any JSON. By custom an object with a <c>type</c> of its own.</param>
public sealed record ApplicationMessage(JsonElement Content) : SignalingMessage;
