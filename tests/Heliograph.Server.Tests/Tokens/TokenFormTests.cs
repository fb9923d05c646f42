using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Tokens;

/// <summary>Tokens that are forged or malformed: 401 on every call, and never the answer that no token would have got.</summary>
public class TokenFormTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    [Fact]
    public async Task Token_ThatIsRight_IsTaken()
    {
        (await fixture.Api.ConnectDeviceAsync(fixture.Device, Device())).Status.ShouldBe(HttpStatusCode.OK);
        (await fixture.Api.ConnectClientAsync(fixture.Device, Client())).Status.ShouldBe(HttpStatusCode.OK);
        (await fixture.Api.IceServersAsync(fixture.Device, Device())).Status.ShouldBe(HttpStatusCode.OK);
        (await fixture.Api.IceServersAsync(fixture.Device, Client())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("ES256K")]
    [InlineData("EdDSA")]
    [InlineData("es256")]
    [InlineData("")]
    public async Task Alg_OtherThanEs256_Is401(string alg) => await RefusedAsync(header => header["alg"] = alg);

    [Fact]
    public async Task Alg_ThatIsNoText_Is401()
    {
        await RefusedAsync(header => header.Remove("alg"));
        await RefusedAsync(header => header["alg"] = null);
        await RefusedAsync(header => header["alg"] = 256);
        await RefusedAsync(header => header["alg"] = new JsonArray("ES256"));
    }

    [Fact]
    public async Task AlgNone_WithoutSignature_Is401()
    {
        foreach (var token in (string[])[Device(header: x => x["alg"] = "none"), Client(header: x => x["alg"] = "none")])
        {
            await RefusedAsync(token[..(token.LastIndexOf('.') + 1)]);
            await RefusedAsync(token[..token.LastIndexOf('.')]);
        }
    }

    [Fact]
    public async Task Hs256_SignedWithThePublicKeyAsSecret_Is401()
    {
        foreach (var (key, token) in ((SigningKey, string)[])[(fixture.DeviceKey, Device()), (fixture.ProductKey, Client())])
        {
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.'))))!.AsObject();
            header["alg"] = "HS256";
            var input = $"{SigningKey.Encode(header)}.{token.Split('.')[1]}";
            foreach (var secret in (byte[][])
                [Encoding.UTF8.GetBytes(key.PublicPem), Encoding.UTF8.GetBytes(key.PublicPem + "\n"), [.. PemEncodingOf(key)]])
                await RefusedAsync($"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}");
        }

        static byte[] PemEncodingOf(SigningKey key)
        {
            using var read = ECDsa.Create();
            read.ImportFromPem(key.PublicPem);
            return read.ExportSubjectPublicKeyInfo();
        }
    }

    [Fact]
    public async Task Crit_OfAnyKind_Is401()
    {
        await RefusedAsync(header => header["crit"] = new JsonArray("exp"));
        await RefusedAsync(header => header["crit"] = new JsonArray());
        await RefusedAsync(header => (header["crit"], header["b64"]) = (new JsonArray("b64"), false));
    }

    [Fact]
    public async Task Token_WithAnyCharacterCutOff_Is401()
    {
        var token = Client();
        for (var length = 1; length < token.Length; length += 7)
            await RefusedAsync(token[..length], "/v1/client/connect");
    }

    [Fact]
    public async Task Token_WithAnyCharacterChanged_Is401()
    {
        var token = Client();
        // The last character carries bits that mean nothing in base64; it has a test of its own.
        for (var i = 0; i < token.Length - 1; i += 7)
            await RefusedAsync(token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..], "/v1/client/connect");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("....")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30.e30.e30")]
    [InlineData("e30..")]
    [InlineData("W10.W10.W10")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("_____.____._____")]
    [InlineData("{\"alg\":\"ES256\"}.{}.x")]
    public async Task Token_ThatIsGarbage_Is401(string token) => await RefusedAsync(token);

    [Theory]
    [InlineData("""{"alg":"\ud800"}""", "{}")]
    [InlineData("""{"alg":"ES256","kid":"\ud800"}""", "{}")]
    [InlineData("""{"alg":"ES256"}""", """{"scope":"\ud800","exp":1}""")]
    [InlineData("""{"alg":"ES256"}""", """{"exp":1e999}""")]
    [InlineData("""{"alg":"ES256"}""", "{\"exp\":")]
    [InlineData("""{"alg":"ES256"}""", "[1]")]
    [InlineData("""{"alg":"ES256"}""", "7")]
    [InlineData("""{"alg":"ES256"}""", "null")]
    [InlineData("""{"alg":"ES256"}""", "")]
    [InlineData("""{"alg":"ES256","alg":{"alg":[]}}""", "{}")]
    public async Task Token_WhosePartsAreMalformed_Is401(string header, string payload) =>
        await RefusedAsync($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{new string('A', 86)}");

    [Fact]
    public async Task Token_WhosePartsAreDeeplyNested_Is401()
    {
        var deep = new string('[', 2000) + new string(']', 2000);
        foreach (var (header, payload) in ((string, string)[])
            [("""{"alg":"ES256","deep":{deep}}""", "{}"), ("""{"alg":"ES256"}""", """{"deep":{deep}}""")])
            await Token_WhosePartsAreMalformed_Is401(header.Replace("{deep}", deep, StringComparison.Ordinal), payload.Replace("{deep}", deep, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_WithMoreBehindIt_Is401()
    {
        foreach (var tail in (string[])[".", ".x", ".x.y", "x", " x", ",x", "%00", "AAAA"])
        {
            var answer = await fixture.Api.ConnectClientAsync(fixture.Device, Client() + tail);
            answer.Status.ShouldBe(HttpStatusCode.Unauthorized, tail);
        }
    }

    [Fact]
    public async Task Token_ThatIsVeryLong_Is401()
    {
        await RefusedAsync(new string('a', 20_000));
        await RefusedAsync(Client(claims: payload => payload["padding"] = new string('x', 14_000)), "/v1/client/connect");
    }

    [Fact]
    public async Task Signature_InDer_Is401()
    {
        var token = Client();
        var input = token[..token.LastIndexOf('.')];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var device = await fixture.Api.CreateDeviceAsync(fixture.Device.Product, fixture.DeviceKey);
        (await fixture.Api.ManageAsync(
            HttpMethod.Post, $"/v1/webrtc/products/{device.Product}/devices/{device.Device}/publickeys",
            new JsonObject { ["publicKey"] = key.ExportSubjectPublicKeyInfoPem() })).Require(HttpStatusCode.OK);
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = KeyId.Of(KeyOwner.Device, key.ExportSubjectPublicKeyInfo()).Value };
        var payload = new JsonObject { ["scope"] = "device:connect", ["resource"] = device.Resource, ["exp"] = fixture.Now + 60 };
        input = $"{SigningKey.Encode(header)}.{SigningKey.Encode(payload)}";

        (await ConnectAsync(DSASignatureFormat.IeeeP1363FixedFieldConcatenation)).Status.ShouldBe(HttpStatusCode.OK);
        (await ConnectAsync(DSASignatureFormat.Rfc3279DerSequence)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);

        Task<ApiAnswer> ConnectAsync(DSASignatureFormat format) => fixture.Api.ConnectDeviceAsync(
            device, $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, format))}");
    }

    [Fact]
    public async Task Typ_ThatIsMissing_IsFine() =>
        (await fixture.Api.ConnectClientAsync(fixture.Device, Client(header: header => header.Remove("typ")))).Status.ShouldBe(HttpStatusCode.OK);

    private string Device(Action<JsonObject>? claims = null, Action<JsonObject>? header = null) =>
        fixture.DeviceKey.DeviceToken(fixture.Device, claims, header, clock: fixture.Clock);

    private string Client(Action<JsonObject>? claims = null, Action<JsonObject>? header = null) =>
        fixture.ProductKey.ClientToken(fixture.Device, claims, header, clock: fixture.Clock);

    private async Task RefusedAsync(Action<JsonObject> header)
    {
        await RefusedAsync(Device(header: header));
        await RefusedAsync(Client(header: header));
    }

    private async Task RefusedAsync(string token, params string[] calls)
    {
        foreach (var call in calls.Length > 0 ? calls : ["/v1/device/connect", "/v1/client/connect", "/v1/ice-servers"])
        {
            (await fixture.Api.SendAsync(HttpMethod.Post, call, ApiClient.ConnectBody(fixture.Device), configure: request =>
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"))).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        }
    }
}
