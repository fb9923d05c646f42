using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>
/// What connects the nodes of a cluster. A node claims the devices and channels whose connections it holds, and sends to those that
/// others hold. A node's calls about one device are made one at a time, in the order of what happened.
/// </summary>
/// <remarks>
/// Order: two sends of one node to one device or channel arrive in the order of their calls.
/// Delivery: at most once. True means that a node took the frame for a connection that it holds; false that nobody was there.
/// </remarks>
internal interface IBackplane
{
    /// <summary>Whether the node reaches the others; shown in <c>/health/ready</c>.</summary>
    bool IsHealthy { get; }

    /// <summary>Joins the cluster.</summary>
    /// <param name="node">What this node does for the others. Its methods are called from any thread and must not block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken);

    /// <summary>This node now holds the device's connection: an older holder lets go, and every other node that watches the device is told.</summary>
    /// <returns>The claim's generation, higher than any before for this device.</returns>
    ValueTask<long> ClaimDeviceAsync(DeviceAddress device, CancellationToken cancellationToken);

    /// <summary>This node no longer holds the device's connection. Nothing happens where another has claimed it since.</summary>
    ValueTask ReleaseDeviceAsync(DeviceAddress device, CancellationToken cancellationToken);

    /// <summary>This node now holds the connection of the channel's client, and watches its device. An older holder lets go.</summary>
    /// <returns>The claim's generation, higher than any before for this channel.</returns>
    ValueTask<long> ClaimChannelAsync(DeviceAddress device, ChannelId channel, CancellationToken cancellationToken);

    /// <summary>This node no longer holds the connection of the channel's client. Nothing happens where another has claimed it since.</summary>
    ValueTask ReleaseChannelAsync(DeviceAddress device, ChannelId channel, CancellationToken cancellationToken);

    /// <summary>Sends a frame to a device that another node holds.</summary>
    ValueTask<bool> SendToDeviceAsync(DeviceAddress device, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);

    /// <summary>Sends a frame to the client of a device's channel that another node holds.</summary>
    ValueTask<bool> SendToClientAsync(DeviceAddress device, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);

    /// <summary>Whether another node holds the device's connection.</summary>
    ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken);

    /// <summary>The devices of a product whose connections other nodes hold.</summary>
    ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken);

    /// <summary>How many devices of each product any node holds, this one included. A product with none may be missing.</summary>
    ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken);
}
