using Heliograph.Protocol;
using Heliograph.Server.Tokens;

namespace Heliograph.Server.Registry;

/// <summary>A registered public key, as bytes: what OpenSSL makes of one takes 3 kB, which a device that stays connected must not hold.</summary>
internal sealed class VerificationKey(KeyId id, byte[] subjectPublicKeyInfo)
{
    public KeyId Id { get; } = id;

    /// <summary>Whether an ES256 signature is that of the data, by this key.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">r and s, 32 bytes each.</param>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => Es256.Verifies(subjectPublicKeyInfo, data, signature);
}
