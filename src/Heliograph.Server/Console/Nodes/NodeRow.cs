using System.Globalization;
using Heliograph.Protocol.Management;
using Heliograph.Server.Live;

namespace Heliograph.Server.Console.Nodes;

/// <summary>A node as a line of the table: the page and its script show the same texts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsThis">Whether it is the one that answers.</param>
/// <param name="State">A word for what it does.</param>
/// <param name="Words">What that means.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c>, or nothing in particular.</param>
/// <param name="Version">The version that it runs.</param>
/// <param name="Uptime">How long it has run.</param>
/// <param name="Devices">Devices that are connected to it.</param>
/// <param name="Clients">Clients that are connected to it.</param>
/// <param name="Rate">Messages a second.</param>
/// <param name="ToOthers">The share of its messages that go to other nodes.</param>
/// <param name="Cpu">Processors in use.</param>
/// <param name="Memory">Memory in use.</param>
/// <param name="HeardAt">When a lost one was last heard of, UTC; null for others.</param>
internal sealed record NodeRow(
    string Name,
    bool IsThis,
    string State,
    string Words,
    string? Tone,
    string Version,
    string Uptime,
    string Devices,
    string Clients,
    string Rate,
    string ToOthers,
    string Cpu,
    string Memory,
    DateTime? HeardAt)
{
    private const int BytesPerMegabyte = 1024 * 1024;

    public static NodeRow Of(ClusterNode node) => new(
        node.Name,
        node.ThisNode,
        node.State,
        node.State switch
        {
            "ready" => "serves its peers",
            "degraded" => "serves its peers, but does not reach the other nodes",
            "leaving" => "stops, and sends its peers away",
            _ => "its peers connect to other nodes; nothing is heard of it",
        },
        node.State switch
        {
            "ready" => "good",
            "leaving" => null,
            _ => "bad",
        },
        // What stands behind it is the commit that it was built from.
        node.Version.Split('+')[0],
        EventWords.Of(TimeSpan.FromSeconds(node.UptimeSeconds)),
        node.Devices.ToString("N0", CultureInfo.InvariantCulture),
        node.Clients.ToString("N0", CultureInfo.InvariantCulture),
        node.MessagesPerSecond.ToString("N1", CultureInfo.InvariantCulture),
        node.MessagesRelayed == 0 ? "–" : Percent((double)node.MessagesRelayedToOtherNodes / node.MessagesRelayed),
        Percent(node.Cpu),
        $"{(node.MemoryBytes / BytesPerMegabyte).ToString("N0", CultureInfo.InvariantCulture)} MiB",
        node.State is "ready" or "degraded" or "leaving" ? null : node.HeardAt);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:N0} %");
}
