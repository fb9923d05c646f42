namespace Heliograph.Protocol;

/// <summary>Whom a public key belongs to; the prefix of its <see cref="KeyId"/>.</summary>
public enum KeyOwner
{
    /// <summary>A device, which signs its own tokens.</summary>
    Device,

    /// <summary>A product, whose vendor signs the tokens of clients.</summary>
    Product,
}
