using Heliograph.Protocol.Management;
using Heliograph.Server.Backplane;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Management;

/// <summary>The nodes of the cluster: the operator's business, and nobody else's.</summary>
internal static class NodeEndpoints
{
    public static void Map(IEndpointRouteBuilder nodes) =>
        nodes.MapGet("", List)
            .Describe<IReadOnlyList<ClusterNode>>(
                "listNodes",
                "List the nodes of the cluster",
                "Each with its version, state and load, as the node that answers has last heard of it. A lost node stays listed for a while. For the operator's organization alone.");

    /// <summary>A node, as callers are told of it.</summary>
    public static ClusterNode Describe(NodeStatus node, string thisNode) => new(
        node.Name,
        node.Name == thisNode,
        WordOf(node.State),
        node.Version,
        node.StartedAt,
        Math.Max(0, (long)(node.HeardAt - node.StartedAt).TotalSeconds),
        node.HeardAt,
        node.Load.Devices,
        node.Load.Clients,
        Math.Round(node.MessagesPerSecond, 1),
        node.Load.Relayed,
        node.Load.RelayedToOthers,
        Math.Round(node.Cpu, 3),
        node.MemoryBytes);

    private static IResult List(HttpContext http, INodeBus bus, ApiKeyRules rules)
    {
        if (!rules.IsOperator(Caller.Of(http).Organization))
            throw ApiException.AccessDenied("The nodes are for the operator's organization alone.");
        return ManagementApi.Json<IReadOnlyList<ClusterNode>>([.. bus.Nodes.Select(node => Describe(node, bus.Name))]);
    }

    private static string WordOf(NodeState state) => state switch
    {
        NodeState.Ready => "ready",
        NodeState.Degraded => "degraded",
        NodeState.Leaving => "leaving",
        _ => "lost",
    };
}
