using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Heliograph.Protocol;

/// <summary>Writes the tokens of devices and clients: JWTs, signed with ES256 (RFC 7518 section 3.4).</summary>
public static class TokenWriter
{
    /// <summary>Writes a token that is valid from now on.</summary>
    /// <param name="key">A NIST P-256 private key.</param>
    /// <param name="signer">Whose key it is: the device's for its own token, the product's for a client's.</param>
    /// <param name="device">The device that the token is about.</param>
    /// <param name="scope">What it allows: words of <see cref="TokenScopes"/>, separated by spaces.</param>
    /// <param name="now">The present time: <c>iat</c> and <c>nbf</c>.</param>
    /// <param name="lifetime">How long it is valid, in whole seconds.</param>
    public static string Write(ECDsa key, KeyOwner signer, DeviceAddress device, string scope, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(key);
        var issuedAt = now.ToUnixTimeSeconds();
        var header = PeerJson.WriteObject(key, (json, key) =>
        {
            json.WriteString("alg", "ES256");
            json.WriteString("typ", "JWT");
            json.WriteString("kid", KeyId.Of(signer, key.ExportSubjectPublicKeyInfo()).Value);
        });
        var claims = PeerJson.WriteObject(device, (json, device) =>
        {
            json.WriteString("resource", device.Resource);
            json.WriteString("scope", scope);
            json.WriteNumber("iat", issuedAt);
            json.WriteNumber("nbf", issuedAt);
            json.WriteNumber("exp", issuedAt + (long)lifetime.TotalSeconds);
        });
        var input = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }
}
