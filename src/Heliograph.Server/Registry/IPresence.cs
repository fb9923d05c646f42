using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>Who is connected now: what the registry does not store but shows.</summary>
internal interface IPresence
{
    /// <summary>Whether the device's connection is open, on this node or another.</summary>
    ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken);
}
