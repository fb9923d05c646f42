using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>The codes of <see cref="HeliographException.Code"/>.</summary>
public static class SignalingErrorCodes
{
    /// <inheritdoc cref="ErrorCodes.BadRequest"/>
    public const string BadRequest = ErrorCodes.BadRequest;

    /// <inheritdoc cref="ErrorCodes.Unauthorized"/>
    public const string Unauthorized = ErrorCodes.Unauthorized;

    /// <summary>From the service: the token does not cover this. From a device: it does not let this client in.</summary>
    public const string AccessDenied = ErrorCodes.AccessDenied;

    /// <inheritdoc cref="ErrorCodes.ProductIdNotFound"/>
    public const string ProductIdNotFound = ErrorCodes.ProductIdNotFound;

    /// <inheritdoc cref="ErrorCodes.DeviceIdNotFound"/>
    public const string DeviceIdNotFound = ErrorCodes.DeviceIdNotFound;

    /// <inheritdoc cref="ErrorCodes.TooManyRequests"/>
    public const string TooManyRequests = ErrorCodes.TooManyRequests;

    /// <inheritdoc cref="ErrorCodes.Unavailable"/>
    public const string Unavailable = ErrorCodes.Unavailable;

    /// <summary>The service, or the other peer, has failed in itself.</summary>
    public const string InternalError = ErrorCodes.InternalError;

    /// <inheritdoc cref="PeerErrorCodes.DecodeError"/>
    public const string DecodeError = PeerErrorCodes.DecodeError;

    /// <inheritdoc cref="PeerErrorCodes.VerificationError"/>
    public const string VerificationError = PeerErrorCodes.VerificationError;

    /// <inheritdoc cref="PeerErrorCodes.ChannelClosed"/>
    public const string ChannelClosed = PeerErrorCodes.ChannelClosed;

    /// <inheritdoc cref="PeerErrorCodes.ChannelNotFound"/>
    public const string ChannelNotFound = PeerErrorCodes.ChannelNotFound;

    /// <inheritdoc cref="PeerErrorCodes.NoMoreChannels"/>
    public const string NoMoreChannels = PeerErrorCodes.NoMoreChannels;

    /// <summary>On this side: the service can't be reached.</summary>
    public const string NetworkError = "NETWORK_ERROR";

    /// <summary>On this side: the service did not answer in time.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>On this side: what answered is no signaling service, or a proxy in between.</summary>
    public const string BadResponse = "BAD_RESPONSE";

    /// <summary>On this side: the service does not take the signaling URL any more; it lives as long as the client's token, at most a day.</summary>
    public const string UrlExpired = "URL_EXPIRED";

    /// <summary>On this side: the WebSocket was closed or cut.</summary>
    public const string ConnectionLost = "CONNECTION_LOST";

    /// <summary>On this side: the device is not connected, and <see cref="SignalingClientOptions.RequireOnline"/> is set.</summary>
    public const string DeviceOffline = "DEVICE_OFFLINE";
}
