using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>What the connect path knows of a product or a device: that it exists, and its keys. Immutable.</summary>
internal sealed class RegistryEntry(VerificationKey[] keys, string? region = null)
{
    /// <summary>The region that a product lives in; null of a device, which lives where its product does.</summary>
    public string? Region { get; } = region;

    /// <summary>The key with this ID, or null. There are few, so a scan is the quickest.</summary>
    public VerificationKey? FindKey(KeyId id)
    {
        foreach (var key in keys)
        {
            if (key.Id == id)
                return key;
        }

        return null;
    }
}
