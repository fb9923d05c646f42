using System.Text.Json.Serialization;

namespace Heliograph.Protocol;

/// <summary>The body of <c>/v1/device/connect</c>, <c>/v1/client/connect</c> and <c>/v1/ice-servers</c>.</summary>
public sealed record ConnectRequest
{
    /// <summary>The product, e.g. <c>wp-39wu7tex</c>.</summary>
    public string? ProductId { get; init; }

    /// <summary>The device within the product, e.g. <c>wd-3xtqp3hy4xxy3av3</c>.</summary>
    public string? DeviceId { get; init; }
}

/// <summary>The answer of <c>/v1/device/connect</c>.</summary>
/// <param name="SignalingUrl">The absolute WebSocket URL to open, as it is, within a minute.</param>
public sealed record DeviceConnectResponse(string SignalingUrl)
{
    /// <summary>Nothing of the URL: its ticket opens the device's connection, and has no place in a log.</summary>
    public override string ToString() => nameof(DeviceConnectResponse);
}

/// <summary>The answer of <c>/v1/client/connect</c>.</summary>
/// <param name="SignalingUrl">The absolute WebSocket URL to open, as it is, for this and every later connection of the channel.</param>
/// <param name="DeviceOnline">Whether the device's connection is open now.</param>
/// <param name="ChannelId">The channel's name to both peers.</param>
public sealed record ClientConnectResponse(string SignalingUrl, bool DeviceOnline, string ChannelId)
{
    /// <summary>The channel alone: the URL's ticket opens it, and has no place in a log.</summary>
    public override string ToString() => $"{nameof(ClientConnectResponse)} {ChannelId}";
}

/// <summary>The answer of <c>/v1/ice-servers</c>.</summary>
/// <param name="IceServers">STUN servers for anyone; TURN servers only for a valid token with the scope <c>turn</c>.</param>
public sealed record IceServersResponse(IReadOnlyList<IceServer> IceServers);

/// <summary>An ICE server, in the shape of WebRTC's <c>RTCIceServer</c>. Fields that don't apply are left out.</summary>
/// <param name="Urls">Its <c>stun:</c>, <c>turn:</c> or <c>turns:</c> URLs (RFC 7064, RFC 7065).</param>
/// <param name="Username">TURN only: the user name.</param>
/// <param name="Credential">TURN only: the password.</param>
public sealed record IceServer(
    IReadOnlyList<string> Urls,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credential = null)
{
    /// <summary>The URLs alone: credentials have no place in a log.</summary>
    public override string ToString() => string.Join(' ', Urls);
}
