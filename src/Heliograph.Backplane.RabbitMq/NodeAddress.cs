namespace Heliograph.Backplane.RabbitMq;

/// <summary>A node in one of its lives: where its queue is bound.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Boot">Made anew at each start.</param>
internal readonly record struct NodeAddress(string Name, string Boot)
{
    private const string Prefix = "node.";

    /// <summary>The routing key of its queue.</summary>
    public string RoutingKey => $"{Prefix}{Name}.{Boot}";

    /// <summary>Reads a routing key; the boot has no dots.</summary>
    public static bool TryParse(string routingKey, out NodeAddress node)
    {
        var dot = routingKey.LastIndexOf('.');
        var isOne = routingKey.StartsWith(Prefix, StringComparison.Ordinal) && dot > Prefix.Length;
        node = isOne ? new(routingKey[Prefix.Length..dot], routingKey[(dot + 1)..]) : default;
        return isOne;
    }

    public static string NewBoot() => Guid.NewGuid().ToString("N");

    public override string ToString() => $"{Name} ({Boot[..Math.Min(8, Boot.Length)]})";
}
