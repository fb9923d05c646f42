using System.Text;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>Mutated paths and bodies of the management calls: each is answered in the protocol's form, and never with 500.</summary>
public sealed class ManagementFuzzTests(FuzzFixture fixture) : IClassFixture<FuzzFixture>
{
    [Fact]
    public async Task ManagementCalls_Mutated_AreAnswered()
    {
        var product = await fixture.Api.CreateProductAsync();
        var device = await fixture.Api.CreateDeviceAsync(product, fixture.DeviceKey);
        var root = $"/v1/webrtc/products/{product}";
        (string Method, string Path, string Body)[] calls =
        [
            ("GET", root, ""),
            ("POST", root, """{"name":"n","tags":{"a":"b"}}"""),
            ("GET", $"{root}/devices?limit=10&cursor={device.Device}", ""),
            ("POST", $"{root}/devices", """{"name":"n","tags":{"a":"b"}}"""),
            ("POST", $"{root}/device-batch", """{"count":2,"tags":{}}"""),
            ("POST", $"{root}/custom-devices", """{"deviceIds":["wd-0000000000000000"]}"""),
            ("POST", $"{root}/device-keys", $$"""[{"deviceId":"{{device.Device}}","publicKey":"{{Escaped(fixture.DeviceKey.PublicPem)}}"}]"""),
            ("POST", $"{root}/publickeys", $$"""{"publicKey":"{{Escaped(fixture.ProductKey.PublicPem)}}"}"""),
            ("DELETE", $"{root}/publickeys/{fixture.ProductKey.IdFor(Protocol.KeyOwner.Product)}", ""),
            ("POST", $"{root}/devices/{device.Device}", """{"name":"n"}"""),
            ("POST", $"{root}/devices/{device.Device}/publickeys", $$"""{"publicKey":"{{Escaped(fixture.DeviceKey.PublicPem)}}"}"""),
            ("GET", $"{root}/devices/{device.Device}/usage", ""),
            ("POST", "/v1/apikeys", """{"name":"n","scopes":["read"]}"""),
        ];
        await FuzzRun.RepeatAsync(4500, async fuzz =>
        {
            var (method, path, body) = fuzz.Pick<(string, string, string)>(calls);
            if (fuzz.Random.Next(3) == 0)
                path = "/" + fuzz.MutateAscii(path).TrimStart('/').Replace('#', '%');
            using var content = new ByteArrayContent(fuzz.Random.Next(2) == 0 ? fuzz.Mutate(Encoding.UTF8.GetBytes(body)) : Encoding.UTF8.GetBytes(body));
            FuzzFixture.ShouldBeAnswered(await fixture.Api.SendAsync(
                new(method), new Uri(new Uri(fixture.Api.BaseUrl), path).PathAndQuery, method == "GET" ? null : content, fixture.Api.ApiKey));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    private static string Escaped(string pem) => pem.Replace("\n", "\\n", StringComparison.Ordinal);
}
