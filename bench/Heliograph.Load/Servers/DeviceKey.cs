using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Heliograph.Load.Servers;

/// <summary>A device's own P-256 key pair, and the tokens that it signs. For one thread at a time.</summary>
internal sealed class DeviceKey : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _header;

    public DeviceKey()
    {
        var keyId = $"device:{Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()))}";
        _header = Encode($$"""{"alg":"ES256","typ":"JWT","kid":"{{keyId}}"}""");
        PublicKey = _key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>PEM, as the management API takes it.</summary>
    public string PublicKey { get; }

    /// <summary>Makes a token that was never seen before: an ES256 signature is another each time.</summary>
    public string MakeToken(string productId, string deviceId)
    {
        var now = DateTimeOffset.UtcNow;
        var resource = $"urn:nabto:webrtc:{productId}:{deviceId}";
        var (iat, exp) = (now.ToUnixTimeSeconds(), (now + Lifetime).ToUnixTimeSeconds());
        var claims = Encode($$"""{"scope":"device:connect","resource":"{{resource}}","iat":{{iat}},"exp":{{exp}}}""");
        var signed = $"{_header}.{claims}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
