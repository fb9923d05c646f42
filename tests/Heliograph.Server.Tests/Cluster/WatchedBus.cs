using System.Collections.Concurrent;
using System.Text;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Tests.Cluster;

/// <summary>The bus of a node, with a look at what the node tells, and with scissors.</summary>
internal sealed class WatchedBus(InProcessBackplane bus) : INodeBus
{
    private readonly ConcurrentQueue<(string Topic, string Body, string? Node)> _told = new();
    private readonly ConcurrentDictionary<string, int> _drops = new(StringComparer.Ordinal);

    public string Name => bus.Name;

    public IReadOnlyList<NodeStatus> Nodes => [.. bus.Nodes.Select(node => LostNodes.ContainsKey(node.Name) ? node with { State = NodeState.Lost } : node)];

    /// <summary>Nodes that count as lost here.</summary>
    public ConcurrentDictionary<string, bool> LostNodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the node hears and tells nothing.</summary>
    public bool IsCut { get; set; }

    /// <summary>All that the node has told.</summary>
    public IReadOnlyCollection<(string Topic, string Body, string? Node)> Told => _told;

    /// <summary>Loses the next message of a topic.</summary>
    public void DropNext(string topic) => _drops[topic] = 1;

    /// <summary>Whether it has been lost.</summary>
    public bool HasDropped(string topic) => !_drops.ContainsKey(topic);

    public void Tell(string topic, ReadOnlySpan<byte> body, string? node = null)
    {
        _told.Enqueue((topic, Encoding.UTF8.GetString(body), node));
        body.Length.ShouldBeLessThanOrEqualTo(64 * 1024);
        if (!IsCut && !_drops.TryRemove(topic, out _))
            bus.Tell(topic, body, node);
    }

    public void Listen(string topic, Action<string, ReadOnlySpan<byte>> handler) => bus.Listen(topic, (node, body) =>
    {
        if (!IsCut)
            handler(node, body);
    });
}
