using Heliograph.Protocol.Signing;

namespace Heliograph.Sdk;

/// <summary>Ends a channel, or has ended it.</summary>
public sealed class ChannelException : HeliographException
{
    /// <summary>An error with which this side ends a channel.</summary>
    /// <param name="code">One of <see cref="SignalingErrorCodes"/>, or one of the application's own. The other peer is told.</param>
    /// <param name="message">Why. The other peer is told.</param>
    /// <param name="innerException">What led to it. The other peer is not told.</param>
    /// <exception cref="ArgumentException">The code is empty.</exception>
    public ChannelException(string code, string message, Exception? innerException = null)
        : base(code, message, advice: null, innerException) => ArgumentException.ThrowIfNullOrEmpty(code);

    private ChannelException(string code, string message, string? advice)
        : base(code, message, advice) => IsRemote = true;

    /// <summary>Whether the other peer said so; else this side found out.</summary>
    public bool IsRemote { get; }

    internal static ChannelException FromPeer(string code, string? message) =>
        new(code, $"{message ?? "The other peer ended the channel."} ({code})", ErrorAdvice.ForPeer(code));

    internal static ChannelException From(MessageRejectedException error) => new(error.Code, error.Message, error);

    internal static ChannelException Closed() => new(SignalingErrorCodes.ChannelClosed, "The channel was closed.");
}
