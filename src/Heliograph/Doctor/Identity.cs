using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Doctor;

/// <summary>The device that the walk is about, and what it can sign with.</summary>
/// <param name="device">The device.</param>
/// <param name="deviceKey">The device's private key; without one nothing connects as the device.</param>
/// <param name="productKey">The product's private key; without one the client's channel is not authorized.</param>
/// <param name="remove">Removes the device where it was made for the examination; null where it was there before.</param>
internal sealed class Identity(DeviceAddress device, ECDsa? deviceKey, ECDsa? productKey, Func<Task>? remove) : IAsyncDisposable
{
    public DeviceAddress Device { get; } = device;

    public ECDsa? DeviceKey { get; } = deviceKey;

    public ECDsa? ProductKey { get; } = productKey;

    /// <summary>Whether it was made for the examination alone.</summary>
    public bool IsTemporary { get; } = remove is not null;

    public async ValueTask DisposeAsync()
    {
        if (remove is not null)
            await remove();
        DeviceKey?.Dispose();
        ProductKey?.Dispose();
    }
}
