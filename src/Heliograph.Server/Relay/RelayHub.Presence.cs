using Heliograph.Protocol;
using Heliograph.Server.Registry;

namespace Heliograph.Server.Relay;

// Who is connected, for those who ask.
internal sealed partial class RelayHub : IPresence
{
    public bool IsDeviceHere(DeviceAddress device) => _devices.TryGetValue(device, out var state) && state.IsDeviceOnline;

    public async ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        IsDeviceHere(device) || await backplane.IsDeviceOnlineAsync(device, cancellationToken);

    public ValueTask<IReadOnlyDictionary<ProductId, int>> CountOnlineDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
        backplane.CountDevicesAsync(products, cancellationToken);

    public async ValueTask<IReadOnlySet<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken)
    {
        var online = new HashSet<DeviceId>();
        foreach (var (address, state) in _devices)
        {
            if (address.Product == product && state.IsDeviceOnline)
                online.Add(address.Device);
        }

        online.UnionWith(await backplane.OnlineDevicesAsync(product, cancellationToken));
        return online;
    }
}
