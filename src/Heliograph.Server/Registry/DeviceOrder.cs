using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>
/// The one order in which a transaction writes the rows of many devices. Two that write the same rows in the same order wait for each
/// other; in different orders, each could wait for the other's for ever.
/// </summary>
internal static class DeviceOrder
{
    public static IEnumerable<DeviceAddress> Sort(IEnumerable<DeviceAddress> devices) =>
        devices.OrderBy(x => x.Product.Value, StringComparer.Ordinal).ThenBy(x => x.Device.Value, StringComparer.Ordinal);
}
