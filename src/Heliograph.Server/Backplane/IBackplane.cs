using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>
/// What connects the nodes of a cluster. A node claims the places whose connections it holds, and sends to those that others hold.
/// A node's calls about one device's places are made one at a time, in the order of what happened.
/// </summary>
/// <remarks>
/// Order: two sends of one node to one place arrive in the order of their calls, if the second is called after the first has completed.
/// Delivery: at most once. True means that a node took the frame for a connection that it holds; false that nobody was there, or that
/// nobody is known to have been there within the time that the backplane gives a node to answer.
/// Failures: no call throws because other nodes, a broker or a database can't be reached, and none waits for them longer than that time.
/// </remarks>
internal interface IBackplane
{
    /// <summary>Whether the node reaches the others; shown in <c>/health/ready</c>.</summary>
    BackplaneState State { get; }

    /// <summary>Joins the cluster.</summary>
    /// <param name="node">What this node does for the others. Its methods are called from any thread and must not block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken);

    /// <summary>Leaves it in order, when all connections of this node have ended: the others need not find out.</summary>
    ValueTask LeaveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// This node now holds the connection of a place: an older holder has let go of it when this completes, and of a device's every
    /// other node that watches the device is told. Whoever holds a channel's place watches its device.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="held">
    /// 0 for a new connection. Else the generation of an earlier claim of the same connection, which the cluster may have forgotten: it
    /// is made good, unless there is a newer one.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// The generation of the place's holder: for a new connection higher than any before; where it is higher than
    /// <paramref name="held"/>, another node has the place. 0 where the claim could not be made known yet; it will be asked for again.
    /// </returns>
    ValueTask<long> ClaimAsync(Place place, long held, CancellationToken cancellationToken);

    /// <summary>This node no longer holds the connection of a place. Nothing happens where another has claimed it since.</summary>
    ValueTask ReleaseAsync(Place place, CancellationToken cancellationToken);

    /// <summary>Sends a frame to a place that another node holds.</summary>
    /// <param name="to">The receiver's place.</param>
    /// <param name="channel">The channel that the frame is of; <paramref name="to"/>'s own, where that is a client's.</param>
    /// <param name="frame">The frame's text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<bool> SendAsync(Place to, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);

    /// <summary>Whether another node holds the device's connection.</summary>
    ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken);

    /// <summary>The devices of a product whose connections other nodes hold.</summary>
    ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken);

    /// <summary>How many devices of each product any node holds, this one included. A product with none may be missing.</summary>
    ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken);
}
