using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>What a node does when the backplane calls. Methods are called from any thread and do not block.</summary>
internal interface IBackplaneNode
{
    /// <summary>What this node has to do just now, for those who look at the cluster.</summary>
    NodeLoad Load { get; }

    /// <summary>A frame for a place; false where its connection is not here.</summary>
    /// <param name="to">The receiver's place.</param>
    /// <param name="channel">The channel that the frame is of.</param>
    /// <param name="frame">The frame's text.</param>
    /// <param name="sender">Who is told where the frame was taken and can't be written after all.</param>
    bool Deliver(Place to, ChannelId channel, ReadOnlySpan<byte> frame, IRemoteSender sender);

    /// <summary>A frame of a peer on this node was taken elsewhere and could not be written: the peer is told that the other is offline.</summary>
    /// <param name="sender">The place of the peer that sent it.</param>
    /// <param name="channel">The channel that it was of.</param>
    void Undelivered(Place sender, ChannelId channel);

    /// <summary>Another node claimed the place: a connection of an older generation is ended here.</summary>
    void LetGo(Place place, long newerGeneration);

    /// <summary>A device that this node watches has connected to another node.</summary>
    void DeviceConnected(DeviceAddress device);

    /// <summary>
    /// The others may have forgotten what this node holds, or not have heard of it: every place is claimed again with the generation that
    /// it has, what another holds now is let go, and peers whose other side is on another node are told that it is connected.
    /// </summary>
    Task ClaimAllAsync(CancellationToken cancellationToken);

    /// <summary>This node alone is cut off from the others: its peers are sent to them.</summary>
    void CutOff();
}
