using Heliograph.Protocol;

namespace Heliograph.Server.Live;

/// <summary>
/// What a channel is called where people see it, as in the log: the first eight digits of its ID. Whoever knew all of it could send on
/// it from the device's side.
/// </summary>
internal static class ChannelName
{
    public static string Of(ChannelId channel) => channel.ToString()[..8];
}
