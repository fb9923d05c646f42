using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Conformance.Targets;
using Heliograph.Protocol;

namespace Heliograph.Conformance.Tokens;

/// <summary>A token that a check makes wrong in one way before it is signed.</summary>
internal sealed class TokenDraft(ECDsa key, JsonObject header, JsonObject claims)
{
    public JsonObject Header { get; } = header;

    public JsonObject Claims { get; } = claims;

    /// <summary>The key that signs, whatever the header says.</summary>
    public ECDsa Key { get; set; } = key;

    /// <summary>A device's token, good for an hour.</summary>
    public static TokenDraft OfDevice(TargetDevice device, DateTimeOffset now) =>
        Of(device.Keys[0], KeyOwner.Device, "device:connect turn", device, now);

    /// <summary>A client's token, good for an hour.</summary>
    public static TokenDraft OfClient(TargetDevice device, DateTimeOffset now) =>
        Of(device.Product.Keys[0], KeyOwner.Product, "client:connect turn", device, now);

    public static KeyId IdOf(ECDsa key, KeyOwner owner) => KeyId.Of(owner, key.ExportSubjectPublicKeyInfo());

    /// <summary>What is signed.</summary>
    public string Unsigned() => $"{Encode(Header)}.{Encode(Claims)}";

    public string Sign() => Sign(DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public string Sign(DSASignatureFormat format)
    {
        var input = Unsigned();
        return $"{input}.{Base64Url.EncodeToString(Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, format))}";
    }

    /// <summary>Signs with HMAC and whatever a forger takes for a secret.</summary>
    public string SignWithSecret(byte[] secret)
    {
        var input = Unsigned();
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static TokenDraft Of(ECDsa key, KeyOwner owner, string scope, TargetDevice device, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return new(
            key,
            new() { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = IdOf(key, owner).Value },
            new() { ["scope"] = scope, ["resource"] = device.Address.Resource, ["iat"] = seconds, ["nbf"] = seconds, ["exp"] = seconds + 3600 });
    }
}
