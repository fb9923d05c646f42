namespace Heliograph.Protocol.Routing;

/// <summary>The types of the routing layer that a peer may send.</summary>
public enum RoutingType
{
    /// <summary>Not one of them.</summary>
    None,

    /// <summary><c>PING</c>: asks for a PONG.</summary>
    Ping,

    /// <summary><c>PONG</c>: the answer to a PING.</summary>
    Pong,

    /// <summary><c>MESSAGE</c>: for the other peer of a channel.</summary>
    Message,

    /// <summary><c>ERROR</c>: ends the channel between the peers.</summary>
    Error,
}
