namespace Heliograph.Server.Backplane;

/// <summary>The cluster that this node is a part of; without brokers it runs alone.</summary>
internal sealed class ClusterOptions
{
    /// <summary>The most that a name of a node may have, so that it fits where it is shown and in a broker's routing keys.</summary>
    private const int MaxName = 64;

    /// <summary>The brokers of the cluster, as amqp:// or amqps:// URIs of one RabbitMQ; the first that answers is used. Without any, the node runs alone.</summary>
    public IList<string> Brokers { get; } = [];

    /// <summary>This node's name, unique in the cluster: letters, digits, '.', '-' and '_'. Where unset, the machine's name.</summary>
    public string? Node { get; set; }

    /// <summary>The PostgreSQL database that the cluster keeps who is where in, as a connection string. Where unset, the registry's.</summary>
    public string? Directory { get; set; }

    /// <summary>How often a node tells the others that it lives.</summary>
    public TimeSpan BeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may be heard of a node until it counts as lost; the longest that a sender waits for another node.</summary>
    public TimeSpan NodeTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether the node has others.</summary>
    public bool IsCluster => Brokers.Count > 0;

    /// <summary>The name that the node goes by.</summary>
    public string NodeName => Node ?? DefaultName;

    private static string DefaultName
    {
        get
        {
            var name = new string([.. Environment.MachineName.Select(x => IsNameCharacter(x) ? x : '-')]);
            return name.Length <= MaxName ? name : name[..MaxName];
        }
    }

    public IEnumerable<string> Validate()
    {
        for (var i = 0; i < Brokers.Count; i++)
        {
            // The URI itself may have a password in it.
            if (!Uri.TryCreate(Brokers[i], UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
                yield return $"Brokers:{i} must be an amqp:// or amqps:// URI";
        }

        if (Node is not null && (Node.Length is 0 or > MaxName || !Node.All(IsNameCharacter)))
            yield return $"Node must be 1 to {MaxName} letters, digits, '.', '-' and '_'";
        if (BeatInterval < TimeSpan.FromMilliseconds(100) || BeatInterval > TimeSpan.FromMinutes(1))
            yield return "BeatInterval must be between 00:00:00.1 and 00:01:00";
        if (NodeTimeout < 2 * BeatInterval || NodeTimeout > TimeSpan.FromMinutes(10))
            yield return "NodeTimeout must be at least twice Cluster:BeatInterval, and no more than 00:10:00";
    }

    private static bool IsNameCharacter(char x) => char.IsAsciiLetterOrDigit(x) || x is '.' or '-' or '_';
}
