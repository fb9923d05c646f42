using System.CommandLine;
using System.Globalization;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Nodes;

/// <summary><c>heliograph node</c>.</summary>
internal static class NodeCommand
{
    private const int BytesPerMegabyte = 1024 * 1024;

    public static Command Create() => new("node", "Look at the nodes of the cluster.") { CreateList() };

    private static Command CreateList() =>
        new Command("list", "List the nodes, with their version, state and load. It takes a key of the operator's organization.").Manages(
            async (_, client, output, cancellationToken) =>
            {
                var nodes = await client.ListNodesAsync(cancellationToken);
                if (output.IsJson)
                    output.Json(nodes, ProtocolJson.Default.IReadOnlyListClusterNode);
                else
                    output.Table(["NAME", "STATE", "UP", "DEVICES", "CLIENTS", "MESSAGES/S", "CPU", "MEMORY", "HEARD (UTC)", "VERSION"], nodes.Select(Row));
            });

    private static IReadOnlyList<string> Row(ClusterNode node) =>
    [
        node.Name,
        node.State,
        Uptime(TimeSpan.FromSeconds(node.UptimeSeconds)),
        Wording.Number(node.Devices),
        Wording.Number(node.Clients),
        node.MessagesPerSecond.ToString("N1", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"{100 * node.Cpu:N0} %"),
        string.Create(CultureInfo.InvariantCulture, $"{node.MemoryBytes / BytesPerMegabyte:N0} MiB"),
        Wording.Time(node.HeardAt),
        // What stands behind it is the commit that it was built from.
        node.Version.Split('+')[0],
    ];

    private static string Uptime(TimeSpan time) => time switch
    {
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days} d {time.Hours} h"),
    };
}
