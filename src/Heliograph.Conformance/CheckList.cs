using Heliograph.Conformance.Http;
using Heliograph.Conformance.Routing;
using Heliograph.Conformance.SignalingUrl;
using Heliograph.Conformance.Tokens;

namespace Heliograph.Conformance;

/// <summary>All checks, in the order of the protocol page.</summary>
internal static class CheckList
{
    public static IReadOnlyList<Check> All { get; } =
    [
        .. TokenChecks.All,
        .. TokenTimeChecks.All,
        .. TokenKeyChecks.All,
        .. TokenForgeryChecks.All,
        .. PhrasingChecks.All,
        .. CorsChecks.All,
        .. DeviceConnectChecks.All,
        .. ClientConnectChecks.All,
        .. IceServersChecks.All,
        .. ErrorChecks.All,
        .. UrlChecks.All,
        .. UrlLifeChecks.All,
        .. UrlSecrecyChecks.All,
        .. PingChecks.All,
        .. MessageChecks.All,
        .. ErrorFrameChecks.All,
        .. PeerConnectedChecks.All,
        .. PeerOfflineChecks.All,
        .. OwnChannelChecks.All,
        .. AuthorizedChecks.All,
        .. OrderChecks.All,
        .. TakeoverChecks.All,
        .. NotUnderstoodChecks.All,
        .. ClosingChecks.All,
        .. SlowReaderChecks.All,
    ];
}
