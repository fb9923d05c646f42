namespace Heliograph.Backplane.RabbitMq.Broker;

/// <summary>What becomes of what comes from the broker. Calls come one at a time each, and must not block.</summary>
internal interface IBrokerHandler
{
    /// <summary>Something that another node, or for what goes to all this node itself, has sent. The bytes are good during the call only.</summary>
    void Received(ReadOnlyMemory<byte> bytes);

    /// <summary>Something of this node that came back: the node that it was for has no queue.</summary>
    void Returned(NodeAddress node, ReadOnlyMemory<byte> bytes);

    /// <summary>The broker is reached.</summary>
    void Opened();

    /// <summary>The broker is no longer reached: what was on its way may have arrived, or not.</summary>
    void Lost();
}
