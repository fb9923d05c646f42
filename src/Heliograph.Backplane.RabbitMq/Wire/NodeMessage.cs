using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq.Wire;

/// <summary>What one node tells another. Which of the parts are there depends on the kind.</summary>
internal sealed record NodeMessage(NodeMessageKind Kind)
{
    /// <summary>What an answer names it by; 0 where none is expected.</summary>
    public long Id { get; init; }

    /// <summary>The place that it is for or about; of an undelivered frame its sender's.</summary>
    public Place Place { get; init; }

    /// <summary>The channel that a frame is of.</summary>
    public ChannelId Channel { get; init; }

    /// <summary>The generation of the newest claim.</summary>
    public long Generation { get; init; }

    /// <summary>A frame's text, or what is told on a topic.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string Topic { get; init; } = "";

    /// <summary>The messages that were taken.</summary>
    public IReadOnlyList<long> Taken { get; init; } = [];

    /// <summary>The messages whose receivers are not here.</summary>
    public IReadOnlyList<long> Refused { get; init; } = [];

    /// <summary>How the node is.</summary>
    public NodeStatus? Status { get; init; }
}

/// <summary>What one node sends another in one go.</summary>
/// <param name="Sender">Who sends it.</param>
/// <param name="Messages">In the order in which they were told.</param>
internal sealed record NodeEnvelope(NodeAddress Sender, IReadOnlyList<NodeMessage> Messages);
