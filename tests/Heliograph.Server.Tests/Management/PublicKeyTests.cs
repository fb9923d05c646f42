using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Which keys are taken: NIST P-256 public keys as SPKI PEM, and nothing else.</summary>
public class PublicKeyTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    public static TheoryData<string, string> Refused()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var explicitCurve = ECDsa.Create(p256.ExportExplicitParameters(includePrivateParameters: false));
        var offCurve = p256.ExportSubjectPublicKeyInfo();
        offCurve[^1] ^= 1;
        return new()
        {
            { p256.ExportPkcs8PrivateKeyPem(), "is a private key" },
            { p256.ExportECPrivateKeyPem(), "is a private key" },
            { p384.ExportSubjectPublicKeyInfoPem(), "is on another curve" },
            { explicitCurve.ExportSubjectPublicKeyInfoPem(), "P-256" },
            { rsa.ExportSubjectPublicKeyInfoPem(), "holds no elliptic-curve public key" },
            { rsa.ExportRSAPublicKeyPem(), "PEM of another kind" },
            { PemEncoding.WriteString("CERTIFICATE", p256.ExportSubjectPublicKeyInfo()), "PEM of another kind" },
            { PemEncoding.WriteString("PUBLIC KEY", offCurve), "P-256" },
            { PemEncoding.WriteString("PUBLIC KEY", p256.ExportSubjectPublicKeyInfo().AsSpan(0, 40)), "P-256" },
            { PemEncoding.WriteString("PUBLIC KEY", []), "P-256" },
            { p256.ExportSubjectPublicKeyInfoPem().Replace("M", "*", StringComparison.Ordinal), "is not PEM" },
            { p256.ExportSubjectPublicKeyInfoPem()[..60], "is not PEM" },
            { Convert.ToBase64String(p256.ExportSubjectPublicKeyInfo()), "is not PEM" },
            { "garbage", "is not PEM" },
            { "  ", "is missing" },
        };
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task AddKey_ThatIsNoP256PublicKey_Is400AndSaysWhatItIs(string pem, string problem)
    {
        var device = await fixture.CreateDeviceAsync();
        foreach (var path in (string[])[Paths.Of(device), Paths.Of(device.Product)])
        {
            var answer = await fixture.Api.ManageAsync(HttpMethod.Post, $"{path}/publickeys", new JsonObject { ["publicKey"] = pem });

            answer.ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "publicKey: ");
            answer.Message.ShouldNotBeNull().ShouldContain(problem);
        }
    }

    [Fact]
    public async Task AddKey_InAnotherLayout_IsTheSameKey()
    {
        using var key = new SigningKey();
        var device = await fixture.CreateDeviceAsync();
        await fixture.Api.AddDeviceKeyAsync(device, key);
        var oneLine = key.PublicPem.Replace("\n", "\r\n", StringComparison.Ordinal);

        var answer = await fixture.Api.ManageAsync(
            HttpMethod.Post, $"{Paths.Of(device)}/publickeys", new JsonObject { ["publicKey"] = $"a key of ours\r\n{oneLine}\r\n\r\n" });

        answer.Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().Count(x => x!.Text("id") == key.IdFor(KeyOwner.Device).Value).ShouldBe(1);
    }
}
