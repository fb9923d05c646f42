using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>Who is connected now: what the registry does not store but shows.</summary>
internal interface IPresence
{
    /// <summary>Whether the device's connection is open, on this node or another.</summary>
    ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken);

    /// <summary>The devices of a product whose connections are open, on this node or others. In no order; each of them once.</summary>
    ValueTask<IReadOnlySet<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken);

    /// <summary>How many devices of each product have their connection open, on this node or another. A product with none may be missing.</summary>
    ValueTask<IReadOnlyDictionary<ProductId, int>> CountOnlineDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken);
}
