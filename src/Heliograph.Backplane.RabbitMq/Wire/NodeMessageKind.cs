namespace Heliograph.Backplane.RabbitMq.Wire;

/// <summary>What a message between nodes is. The numbers are on the wire; a node skips those that it does not know.</summary>
internal enum NodeMessageKind
{
    /// <summary>A peer's frame for a place. Answered.</summary>
    Frame = 1,

    /// <summary>Whether messages that are answered were taken.</summary>
    Answer = 2,

    /// <summary>A newer connection has a place elsewhere. Answered when the older one is closed.</summary>
    LetGo = 3,

    /// <summary>A device has connected to the node that tells it.</summary>
    Connected = 4,

    /// <summary>A frame that was taken could not be written.</summary>
    Undelivered = 5,

    /// <summary>The node lives, and how it is.</summary>
    Beat = 6,

    /// <summary>The node leaves, and holds nothing any more.</summary>
    Leave = 7,

    /// <summary>Something on a topic of the bus.</summary>
    Told = 8,
}
