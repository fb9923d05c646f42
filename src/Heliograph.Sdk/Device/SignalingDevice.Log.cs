using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

public sealed partial class SignalingDevice
{
    [LoggerMessage(1, LogLevel.Warning, "The device is not connected. {Reason}")]
    private static partial void NotConnected(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "The device's connection: {State}.")]
    private static partial void Changed(ILogger logger, ConnectionState state);

    [LoggerMessage(3, LogLevel.Information, "A client has opened the channel {Channel} (authorized: {IsAuthorized}).")]
    private static partial void ChannelOpened(ILogger logger, string channel, bool isAuthorized);

    [LoggerMessage(4, LogLevel.Information, "The channel {Channel} has ended: {State} {Code}")]
    private static partial void ChannelEnded(ILogger logger, string channel, ChannelState state, string? code);

    [LoggerMessage(5, LogLevel.Information, "A client was refused on the channel {Channel}: {Code}")]
    private static partial void ChannelRefused(ILogger logger, string channel, string code);

    [LoggerMessage(6, LogLevel.Error, "A channel's handler has thrown; the channel ends.")]
    private static partial void HandlerThrew(ILogger logger, Exception error);
}
