using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Conformance.Targets;

/// <summary>A product of the service that the suite may use.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Keys">Private keys whose public halves are registered on it; at least one.</param>
public sealed record TargetProduct(ProductId Id, IReadOnlyList<ECDsa> Keys);

/// <summary>A device of the service that the suite may use, and nobody else meanwhile.</summary>
/// <param name="Product">The product that it belongs to.</param>
/// <param name="Id">Its ID within the product.</param>
/// <param name="Keys">Private keys whose public halves are registered on it; at least one.</param>
public sealed record TargetDevice(TargetProduct Product, DeviceId Id, IReadOnlyList<ECDsa> Keys)
{
    /// <summary>The device in the world.</summary>
    public DeviceAddress Address => new(Product.Id, Id);
}

/// <summary>Adds keys to devices of the service and removes them, where the suite is allowed to.</summary>
public interface IDeviceKeys
{
    /// <summary>Registers a public key on a device.</summary>
    /// <exception cref="IOException">The service refuses, or can't be reached.</exception>
    Task AddAsync(DeviceAddress device, string publicKeyPem, CancellationToken cancellationToken);

    /// <summary>Removes a public key from a device, if it is there.</summary>
    /// <exception cref="IOException">The service refuses, or can't be reached.</exception>
    Task RemoveAsync(DeviceAddress device, KeyId key, CancellationToken cancellationToken);
}

/// <summary>What the suite works with at a service.</summary>
/// <param name="Devices">Devices that are used by nobody else: the more, the more checks run at a time.</param>
/// <param name="DeviceKeys">Changes the keys of devices; null where that is not possible.</param>
public sealed record TargetSet(IReadOnlyList<TargetDevice> Devices, IDeviceKeys? DeviceKeys = null);
