using System.Net;
using System.Text;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>Mutated bodies, tokens and headers of the connect calls: each is answered in the protocol's form, and never with 500.</summary>
public class ConnectFuzzTests(FuzzFixture fixture) : IClassFixture<FuzzFixture>
{
    [Fact]
    public async Task ConnectBodies_Mutated_AreAnswered()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"productId":"{{fixture.Product}}","deviceId":"{{fixture.Device.Device}}","x":[1,{"y":null}]}""");
        await FuzzRun.RepeatAsync(6000, async fuzz =>
        {
            var call = fuzz.Pick("/v1/client/connect", "/v1/device/connect", "/v1/ice-servers");
            using var content = new ByteArrayContent(fuzz.Random.Next(5) == 0 ? fuzz.New(200) : fuzz.Mutate(body));
            FuzzFixture.ShouldBeAnswered(await fixture.Api.SendAsync(HttpMethod.Post, call, content, fixture.DeviceKey.DeviceToken(fixture.Device)));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Tokens_Mutated_AreRefused()
    {
        await FuzzRun.RepeatAsync(6000, async fuzz =>
        {
            var isDevice = fuzz.Random.Next(2) == 0;
            var token = isDevice ? fixture.DeviceKey.DeviceToken(fixture.Device) : fixture.ProductKey.ClientToken(fixture.Device);
            var mutated = fuzz.Random.Next(8) == 0 ? fuzz.MutateAscii("") : fuzz.MutateAscii(token);
            var answer = isDevice ? await fixture.Api.ConnectDeviceAsync(fixture.Device, mutated) : await fixture.Api.ConnectClientAsync(fixture.Device, mutated);
            FuzzFixture.ShouldBeAnswered(answer);
            // Ends of base64url with bits to spare, or a change that undid itself.
            if (answer.Status == HttpStatusCode.OK)
                Meaning(mutated).ShouldBe(Meaning(token));
            else
                answer.Status.ShouldBe(HttpStatusCode.Unauthorized, mutated);
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task SignedTokens_WithMutatedContent_AreAnswered()
    {
        // A genuine signature over nonsense: what is behind the signature check.
        await FuzzRun.RepeatAsync(3000, async fuzz =>
        {
            var token = fixture.DeviceKey.DeviceToken(fixture.Device, claims =>
            {
                foreach (var name in (string[])["scope", "resource", "exp", "nbf", "iat"])
                {
                    if (fuzz.Random.Next(3) == 0)
                        claims[name] = AnyClaim(fuzz);
                }
            });
            FuzzFixture.ShouldBeAnswered(await fixture.Api.ConnectDeviceAsync(fixture.Device, token));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Headers_Mutated_AreAnswered()
    {
        (string Name, string Value)[] headers =
        [
            ("Authorization", $"Bearer {fixture.DeviceKey.DeviceToken(fixture.Device)}"), ("Origin", "https://example.com"),
            ("X-Forwarded-For", "10.0.0.1, [::1]:80"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "example.com:443"),
            ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization, content-type"), ("Accept", "application/json"),
        ];
        await FuzzRun.RepeatAsync(4500, async fuzz =>
        {
            using var content = ApiClient.ConnectBody(fixture.Device);
            FuzzFixture.ShouldBeAnswered(await fixture.Api.SendAsync(
                fuzz.Pick(HttpMethod.Post, HttpMethod.Post, HttpMethod.Options, HttpMethod.Put),
                fuzz.Pick("/v1/client/connect", "/v1/device/connect", "/v1/ice-servers"),
                content,
                configure: request =>
                {
                    foreach (var (name, value) in headers)
                    {
                        if (fuzz.Random.Next(3) == 0)
                            request.Headers.TryAddWithoutValidation(name, fuzz.MutateAscii(value));
                    }
                }));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    private static System.Text.Json.Nodes.JsonNode? AnyClaim(FuzzBytes fuzz) => fuzz.Random.Next(9) switch
    {
        0 => null,
        1 => fuzz.Random.NextInt64(),
        2 => -fuzz.Random.NextDouble() * 1e300,
        3 => 1e308,
        4 => true,
        5 => Encoding.UTF8.GetString(fuzz.New(20)),
        6 => new System.Text.Json.Nodes.JsonArray("device:connect", 1),
        7 => new System.Text.Json.Nodes.JsonObject { ["exp"] = 1 },
        _ => long.MaxValue,
    };

    /// <summary>The bytes that a token's parts stand for.</summary>
    private static string Meaning(string token) =>
        string.Join('.', token.Split('.').Select(x => Convert.ToHexString(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(x))));
}
