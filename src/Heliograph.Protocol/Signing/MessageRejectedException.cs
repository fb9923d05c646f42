namespace Heliograph.Protocol.Signing;

/// <summary>A message from the other peer can't be read or verified. Ends the channel; the other peer is told the code and the message.</summary>
/// <param name="code"><see cref="PeerErrorCodes.DecodeError"/> or <see cref="PeerErrorCodes.VerificationError"/>.</param>
/// <param name="message">Why, without any of the message's content.</param>
public sealed class MessageRejectedException(string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="PeerErrorCodes"/>.</summary>
    public string Code { get; } = code;

    /// <summary>The message can't be read.</summary>
    public static MessageRejectedException Unreadable(string why) => new(PeerErrorCodes.DecodeError, why);

    /// <summary>The message can be read, but not believed.</summary>
    public static MessageRejectedException Unverified(string why) => new(PeerErrorCodes.VerificationError, why);
}
