using System.Net;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Relay;

internal static partial class RelayLog
{
    [LoggerMessage(LogLevel.Information, "Device {Device} connected from {Address}")]
    public static partial void DeviceConnected(this ILogger logger, string device, IPAddress? address);

    [LoggerMessage(LogLevel.Information, "Client of {Device} connected from {Address} on channel {Channel}, authorized: {Authorized}")]
    public static partial void ClientConnected(this ILogger logger, string device, IPAddress? address, string channel, bool authorized);

    [LoggerMessage(LogLevel.Information, "Device {Device} disconnected: {Reason}, after {Duration} and {Messages} messages")]
    public static partial void DeviceDisconnected(this ILogger logger, string device, string reason, TimeSpan duration, long messages);

    [LoggerMessage(LogLevel.Information, "Client of {Device} on channel {Channel} disconnected: {Reason}, after {Duration} and {Messages} messages")]
    public static partial void ClientDisconnected(this ILogger logger, string device, string channel, string reason, TimeSpan duration, long messages);
}
