namespace Heliograph.Protocol.Management;

/// <summary>A public key of a product or device.</summary>
/// <param name="Id">Its key ID, the <c>kid</c> of tokens.</param>
/// <param name="Key">Its SPKI PEM.</param>
public sealed record PublicKey(string Id, string Key)
{
    /// <summary>When it was added, in UTC.</summary>
    public DateTime? Created { get; init; }

    /// <summary>When the service last let in a token that it signed, in UTC; null where it never did.</summary>
    public DateTime? LastUsed { get; init; }
}

/// <summary>The body that adds a public key to a product or device.</summary>
public sealed record AddPublicKeyRequest
{
    /// <summary>A NIST P-256 public key as SPKI PEM.</summary>
    public string? PublicKey { get; init; }
}

/// <summary>An item of the list that adds keys to many devices.</summary>
public sealed record DeviceKey
{
    /// <summary>The device.</summary>
    public string? DeviceId { get; init; }

    /// <summary>A NIST P-256 public key as SPKI PEM.</summary>
    public string? PublicKey { get; init; }
}
