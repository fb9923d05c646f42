using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Testing;

/// <summary>A P-256 key pair that signs tokens: rightly, or with whatever a test wants to be wrong.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    public string PrivatePem => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The private key in the older of the two formats (RFC 5915), as <c>openssl ecparam -genkey</c> writes it.</summary>
    public string PrivateSec1Pem => _key.ExportECPrivateKeyPem();

    public KeyId IdFor(KeyOwner owner) => KeyId.Of(owner, _key.ExportSubjectPublicKeyInfo());

    /// <summary>A device's token, good for an hour.</summary>
    public string DeviceToken(DeviceAddress device, Action<JsonObject>? claims = null, Action<JsonObject>? header = null, string scope = "device:connect turn", TimeProvider? clock = null) =>
        Token(KeyOwner.Device, device, scope, claims, header, clock ?? TimeProvider.System);

    /// <summary>A client's token, good for an hour.</summary>
    public string ClientToken(DeviceAddress device, Action<JsonObject>? claims = null, Action<JsonObject>? header = null, string scope = "client:connect turn", TimeProvider? clock = null) =>
        Token(KeyOwner.Product, device, scope, claims, header, clock ?? TimeProvider.System);

    /// <summary>Signs any header and payload with ES256, whatever the header says.</summary>
    public string Sign(JsonObject header, JsonObject payload)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();

    public static string Encode(JsonNode node) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(node.ToJsonString()));

    private string Token(
        KeyOwner owner, DeviceAddress device, string scope, Action<JsonObject>? claims, Action<JsonObject>? changeHeader, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = IdFor(owner).Value };
        var payload = new JsonObject
        {
            ["scope"] = scope,
            ["resource"] = device.Resource,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        claims?.Invoke(payload);
        changeHeader?.Invoke(header);
        return Sign(header, payload);
    }
}
