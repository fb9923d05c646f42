using Microsoft.Extensions.Logging;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>What the log says of the cluster.</summary>
internal static partial class RabbitMqLog
{
    [LoggerMessage(LogLevel.Information, "The broker at {Host}:{Port} is reached")]
    public static partial void BrokerReached(this ILogger logger, string host, int port);

    [LoggerMessage(LogLevel.Warning, "The broker is not reached; peers of this node go on talking with each other, and it is tried again every second: {Reason}")]
    public static partial void BrokerUnreachable(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Node {Node} is there")]
    public static partial void NodeFound(this ILogger logger, NodeAddress node);

    [LoggerMessage(LogLevel.Warning, "Node {Node} is lost: {Reason}. What it held is free")]
    public static partial void NodeLost(this ILogger logger, NodeAddress node, string reason);

    [LoggerMessage(LogLevel.Information, "Node {Node} has left")]
    public static partial void NodeLeft(this ILogger logger, NodeAddress node);

    [LoggerMessage(LogLevel.Warning, "Another node is called {Name}, too; each needs a name of its own (Cluster:Node)")]
    public static partial void NameTaken(this ILogger logger, string name);

    [LoggerMessage(LogLevel.Warning, "The directory can't be used; peers on one node, and those that know where the other is, go on: {Reason}")]
    public static partial void DirectoryLost(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The directory can be used")]
    public static partial void DirectoryFound(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "Claiming again all that this node holds: {Reason}")]
    public static partial void ClaimingAll(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "What this node holds could not be claimed again and will be in a moment: {Reason}")]
    public static partial void ClaimingFailed(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "This node alone is cut off from the broker; its peers are sent to the others")]
    public static partial void CutOff(this ILogger logger);
}
