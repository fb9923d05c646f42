using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Heliograph.Protocol.Tests.Tokens;

public sealed class TokenWriterTests
{
    private static readonly DeviceAddress Device = new(ProductId.Parse("wp-39wu7tex"), DeviceId.Parse("wd-3xtqp3hy4xxy3av3"));
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Theory]
    [InlineData(KeyOwner.Device, "device:")]
    [InlineData(KeyOwner.Product, "product:")]
    public void Write_AnyToken_HasWhatTheProtocolNames(KeyOwner signer, string prefix)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var parts = TokenWriter.Write(key, signer, Device, "client:connect turn", Now, TimeSpan.FromHours(1)).Split('.');

        var hash = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        JsonNode.DeepEquals(
            Decode(parts[0]),
            new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = prefix + hash }).ShouldBeTrue();
        JsonNode.DeepEquals(
            Decode(parts[1]),
            new JsonObject
            {
                ["resource"] = "urn:nabto:webrtc:wp-39wu7tex:wd-3xtqp3hy4xxy3av3",
                ["scope"] = "client:connect turn",
                ["iat"] = 1_700_000_000,
                ["nbf"] = 1_700_000_000,
                ["exp"] = 1_700_003_600,
            }).ShouldBeTrue();
        var signature = Base64Url.DecodeFromChars(parts[2]);
        signature.Length.ShouldBe(64);
        key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256).ShouldBeTrue();
    }

    private static JsonNode Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!;
}
