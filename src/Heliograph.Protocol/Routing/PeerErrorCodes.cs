namespace Heliograph.Protocol;

/// <summary>The codes of the ERRORs that peers send each other. Each ends the channel it is for; applications add their own.</summary>
public static class PeerErrorCodes
{
    /// <summary>A message could not be read.</summary>
    public const string DecodeError = "DECODE_ERROR";

    /// <summary>A message's signature, sequence number or nonce is not what it must be: another secret, or somebody tampers.</summary>
    public const string VerificationError = "VERIFICATION_ERROR";

    /// <summary>The sender has closed the channel in order.</summary>
    public const string ChannelClosed = "CHANNEL_CLOSED";

    /// <summary>The device does not know the channel, most often because it has restarted since. The client makes a new one.</summary>
    public const string ChannelNotFound = "CHANNEL_NOT_FOUND";

    /// <summary>The device has no room for another client now.</summary>
    public const string NoMoreChannels = "NO_MORE_CHANNELS";

    /// <summary>The device does not let this client in.</summary>
    public const string AccessDenied = "ACCESS_DENIED";

    /// <summary>The sender has failed in itself.</summary>
    public const string InternalError = "INTERNAL_ERROR";
}
