using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>A change of the registry that caches and live connections must follow at once.</summary>
/// <param name="Product">The product that changed, or whose device changed.</param>
/// <param name="Device">The device that changed; null for the product itself and all that it holds.</param>
/// <param name="RevokedKey">The key that was removed: only connections that were opened with it end.</param>
/// <param name="Deleted">The product or device is gone: all its connections end.</param>
/// <param name="MovedTo">The region that the product lives in from now on: its connections elsewhere end. No ticket is revoked by it.</param>
internal sealed record RegistryChange(ProductId Product, DeviceId? Device, KeyId? RevokedKey = null, bool Deleted = false, string? MovedTo = null)
{
    /// <summary>Whether something ends with it: a change may also be an addition.</summary>
    public bool Revokes => Deleted || RevokedKey is not null;
}
