using Heliograph.Server.Backplane;
using Heliograph.Server.Console.Live;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Console.Nodes;

/// <summary>What the page of the nodes follows: all of them, once a second.</summary>
internal sealed class NodesStream(EventStreams streams, INodeBus bus, ApiKeyRules rules)
{
    public const string Path = "/console/nodes/stream";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(Path, (HttpContext http, NodesStream stream) => stream.RunAsync(http))
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();

    /// <summary>The nodes as they are now.</summary>
    /// <exception cref="ApiException">403: the visitor is not of the operator's organization.</exception>
    public IReadOnlyList<NodeRow> Read(Visitor visitor) =>
        rules.IsOperator(visitor.Organization)
            ? [.. bus.Nodes.Select(node => NodeRow.Of(NodeEndpoints.Describe(node, bus.Name)))]
            : throw ApiException.AccessDenied("The nodes are for the operator's organization alone.");

    private async Task RunAsync(HttpContext http)
    {
        var visitor = Visitor.Of(http.User)!;
        _ = Read(visitor);
        using var place = streams.Take(http);
        await streams.RunAsync(http, Interval, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("nodes", Read(visitor), StreamJson.Default.IReadOnlyListNodeRow, cancellationToken);
            return null;
        });
    }
}
