using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Live.Nodes;

/// <summary>JSON over the bus between nodes.</summary>
internal static class NodeTelling
{
    /// <summary>How large a message may be made: below what the bus carries.</summary>
    public const int MaxBody = 56 * 1024;

    /// <summary>How long a node goes on sending to one that does not ask for it again.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    /// <summary>How often it is asked for.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(3);

    /// <summary>How often a node tells something at least, of what it was asked to.</summary>
    public static readonly TimeSpan NewsInterval = TimeSpan.FromSeconds(1);

    /// <summary>A node that was asked and told nothing for so long is silent: what it sees is missing.</summary>
    public static readonly TimeSpan SilenceTime = TimeSpan.FromSeconds(5);

    /// <summary>The nodes besides this one, as they last told of themselves; lost ones, too.</summary>
    public static IReadOnlyList<NodeStatus> Others(this INodeBus bus) => [.. bus.Nodes.Where(node => node.Name != bus.Name)];

    /// <summary>The names of those of them that can be asked.</summary>
    public static IReadOnlyList<string> Reachable(this INodeBus bus) => [.. bus.Others().Where(node => node.State != NodeState.Lost).Select(node => node.Name)];

    public static void Tell<T>(this INodeBus bus, string topic, T told, JsonTypeInfo<T> type, string? node = null) =>
        bus.Tell(topic, JsonSerializer.SerializeToUtf8Bytes(told, type), node);

    /// <summary>Hands what can be read to somebody, and ignores the rest.</summary>
    public static void Listen<T>(this INodeBus bus, string topic, JsonTypeInfo<T> type, Action<string, T> handler) where T : class =>
        bus.Listen(topic, (node, body) =>
        {
            if (TryRead(body, type, out var told))
                handler(node, told);
        });

    private static bool TryRead<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? told) where T : class
    {
        try
        {
            told = JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            told = null;
        }

        return told is not null;
    }
}
