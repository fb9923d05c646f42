using System.Net;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Regions;

internal static partial class RegionLog
{
    [LoggerMessage(LogLevel.Warning, "A call from {Address} with a header of forwarded calls was refused: {Problem}")]
    public static partial void ForwardedRefused(this ILogger logger, IPAddress? address, string problem);

    [LoggerMessage(LogLevel.Warning, "Region {From} has passed a call on to region {Target}, and it came here, to {Own}: a URL in its Regions:Known is wrong")]
    public static partial void Misdirected(this ILogger logger, string from, string target, string own);

    [LoggerMessage(LogLevel.Warning, "A call for a product of region {Home} went round in circles, through {Path}: their registries disagree about where it lives")]
    public static partial void Loop(this ILogger logger, string home, string path);

    [LoggerMessage(LogLevel.Warning, "The product {Product} lives in region {Home}, which is not in Regions:Known: its peers can't be served")]
    public static partial void UnknownHome(this ILogger logger, string product, string home);

    [LoggerMessage(LogLevel.Debug, "A call to region {Region} failed: {Problem}")]
    public static partial void CallFailed(this ILogger logger, string region, string problem);

    [LoggerMessage(LogLevel.Warning, "Region {Region} can't be reached: it {Problem}. Calls for its products are refused until it can")]
    public static partial void Unreachable(this ILogger logger, string region, string problem);

    [LoggerMessage(LogLevel.Information, "Region {Region} is reached again")]
    public static partial void Reachable(this ILogger logger, string region);

    [LoggerMessage(LogLevel.Information, "The product {Product} has moved to region {Home}")]
    public static partial void MoveFound(this ILogger logger, string product, string home);

    [LoggerMessage(LogLevel.Warning, "The registry could not be asked which products have moved, and will be again: {Reason}")]
    public static partial void MovesUnread(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "A peer of {Device} from {Address} is passed on to region {Region}, where its product has moved")]
    public static partial void TunnelOpened(this ILogger logger, string device, IPAddress? address, string region);

    [LoggerMessage(LogLevel.Information, "A peer of {Device} was passed on to region {Region} for {Duration}, until {End}")]
    public static partial void TunnelClosed(this ILogger logger, string device, string region, TimeSpan duration, string end);
}
