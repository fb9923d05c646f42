using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

public sealed partial class SignalingClient
{
    [LoggerMessage(1, LogLevel.Warning, "The client is not connected. {Reason}")]
    private static partial void NotConnected(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "The client's connection: {State}.")]
    private static partial void Changed(ILogger logger, ConnectionState state);

    [LoggerMessage(3, LogLevel.Information, "The client's channel has ended: {State} {Code}")]
    private static partial void ChannelEnded(ILogger logger, ChannelState state, string? code);
}
