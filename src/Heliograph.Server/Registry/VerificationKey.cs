using System.Security.Cryptography;
using Heliograph.Protocol;
using Microsoft.IdentityModel.Tokens;

namespace Heliograph.Server.Registry;

/// <summary>
/// A registered public key. Parsed when a token comes that names it, and kept so until the next garbage collection: that of a device which comes
/// again and again is not parsed each time, and those of all that stay connected hold none of OpenSSL's memory, 3 kB for each.
/// </summary>
internal sealed class VerificationKey(KeyId id, byte[] subjectPublicKeyInfo)
{
    private WeakReference<ECDsaSecurityKey>? _parsed;

    public KeyId Id { get; } = id;

    /// <summary>The key, to be held by the caller for as long as it is used.</summary>
    public ECDsaSecurityKey Parse()
    {
        if (_parsed?.TryGetTarget(out var parsed) is true)
            return parsed;
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        parsed = new(key);
        _parsed = new(parsed);
        return parsed;
    }
}
