using System.Security.Cryptography;
using Heliograph.Protocol;
using Microsoft.IdentityModel.Tokens;

namespace Heliograph.Server.Registry;

/// <summary>A registered public key, parsed once, when the first token that names it comes.</summary>
internal sealed class VerificationKey(KeyId id, byte[] subjectPublicKeyInfo)
{
    private readonly Lazy<ECDsaSecurityKey> _securityKey = new(() =>
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        return new ECDsaSecurityKey(key);
    });

    public KeyId Id { get; } = id;

    public ECDsaSecurityKey SecurityKey => _securityKey.Value;
}
