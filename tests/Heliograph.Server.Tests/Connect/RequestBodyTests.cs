using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Bodies of the connect calls: what is refused and how, and how differently the SDKs may phrase a good one.</summary>
public class RequestBodyTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private static readonly string[] Calls = ["/v1/device/connect", "/v1/client/connect", "/v1/ice-servers"];

    private ApiClient Api => fixture.Api;

    public static TheoryData<string, string> Bad() => new()
    {
        { "", "missing" },
        { "   \n ", "" },
        { "null", "null" },
        { "[]", "JSON of another kind" },
        { "7", "JSON of another kind" },
        { "\"text\"", "JSON of another kind" },
        { "true", "JSON of another kind" },
        { "not json", "not JSON" },
        { "{", "not JSON" },
        { "{\"productId\":\"wp-00000000\",", "not JSON" },
        { "{\"productId\":\"wp-00000000\"} {}", "not JSON" },
        { "{'productId':'x'}", "not JSON" },
        { "{}", "productId: is missing" },
        { """{"deviceId":"wd-0000000000000000"}""", "productId: is missing" },
        { """{"productId":"wp-00000000"}""", "deviceId: is missing" },
        { """{"productId":null,"deviceId":"x"}""", "productId: is missing" },
        { """{"productId":"x","deviceId":null}""", "deviceId: is missing" },
        { """{"productId":1,"deviceId":"x"}""", "productId: is of the wrong type" },
        { """{"productId":"x","deviceId":["x"]}""", "deviceId: is of the wrong type" },
        { """{"productId":"x","deviceId":{}}""", "deviceId: is of the wrong type" },
        { """{"ProductId":"x","DeviceId":"x"}""", "productId: is missing" },
        { """{"productId":"\ud800","deviceId":"x"}""", "productId:" },
        { "{\"productId\":\"x\",\"deviceId\":\"x\",\"deep\":" + new string('[', 2000) + new string(']', 2000) + "}", "not JSON" },
        { new string('[', 5000), "" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Body_ThatIsWrong_Is400OnEachCall(string body, string message)
    {
        foreach (var call in Calls)
            (await Api.SendAsync(HttpMethod.Post, call, ApiClient.Json(body))).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);
    }

    [Fact]
    public async Task Body_ThatIsNotUtf8_Is400()
    {
        foreach (var call in Calls)
        {
            foreach (var body in (byte[][])
                [[.. "{\"productId\":\""u8, 0xFF, 0xFE, .. "\",\"deviceId\":\"x\"}"u8], [.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8], [0, 1, 2], Encoding.Unicode.GetBytes("{}")])
                (await Api.SendAsync(HttpMethod.Post, call, new ByteArrayContent(body))).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest);
        }
    }

    [Fact]
    public async Task Body_ThatIsMissingAltogether_Is400()
    {
        foreach (var call in Calls)
            (await Api.SendAsync(HttpMethod.Post, call)).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "missing");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_ThatIsHuge_Is413(bool isChunked)
    {
        foreach (var call in Calls)
        {
            var answer = await Api.SendAsync(HttpMethod.Post, call, ApiClient.Json($$"""{"x":"{{new string('x', 17 * 1024)}}"}"""), configure: request =>
                request.Headers.TransferEncodingChunked = isChunked);

            answer.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, ErrorCodes.PayloadTooLarge);
        }
    }

    [Theory]
    [InlineData("{\"productId\":\"{p}\",\"deviceId\":\"{d}\",\"unknown\":{\"a\":[null,{}]},\"requireOnline\":true}")]
    [InlineData(" \r\n{ \"deviceId\" : \"{d}\" ,\t\"productId\" : \"{p}\" } \n")]
    [InlineData("{\"product\\u0049d\":\"{p}\",\"deviceId\":\"{d}\"}")]
    public async Task Body_WithUnknownFieldsAndWhiteSpace_IsFine(string body)
    {
        var device = await fixture.CreateDeviceAsync();
        var text = body.Replace("{p}", device.Product.Value, StringComparison.Ordinal).Replace("{d}", device.Device.Value, StringComparison.Ordinal);
        foreach (var call in Calls[1..])
            (await Api.SendAsync(HttpMethod.Post, call, ApiClient.Json(text))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task ContentType_OfAnyKind_IsFine(string? contentType)
    {
        var device = await fixture.CreateDeviceAsync();
        foreach (var call in Calls[1..])
        {
            var content = new ByteArrayContent(await ApiClient.ConnectBody(device).ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
            (await Api.SendAsync(HttpMethod.Post, call, content)).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("bearer", false, false, "")]
    [InlineData("Bearer", true, false, "")]
    [InlineData("BEARER", false, true, "/")]
    [InlineData("bearer", true, true, "/")]
    public async Task Request_AsSdksPhraseIt_IsFine(string scheme, bool isChunked, bool expectContinue, string slash)
    {
        var device = await fixture.CreateDeviceAsync();
        foreach (var call in Calls)
        {
            var token = call == Calls[1] ? fixture.ProductKey.ClientToken(device) : fixture.DeviceKey.DeviceToken(device);
            var answer = await Api.SendAsync(HttpMethod.Post, Api.BaseUrl + slash + call, ApiClient.ConnectBody(device), configure: request =>
            {
                request.Headers.Authorization = new(scheme, token);
                request.Headers.TransferEncodingChunked = isChunked;
                request.Headers.ExpectContinue = expectContinue;
            });

            answer.Status.ShouldBe(HttpStatusCode.OK, $"{call}: {answer.Body}");
        }
    }

    [Theory]
    [InlineData("HTTP/1.1\r\nHost:\r\nConnection: close")]
    [InlineData("HTTP/1.0")]
    public async Task Request_WithoutHost_IsAnsweredByAnAbsoluteUrlAllTheSame(string versionAndHost)
    {
        var device = await fixture.CreateDeviceAsync();
        var body = $$"""{"productId":"{{device.Product}}","deviceId":"{{device.Device}}"}""";

        var answer = await SendRawAsync($"POST /v1/client/connect {versionAndHost}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        answer.ShouldContain("200 OK");
        answer.ShouldContain($"\"signalingUrl\":\"{Api.WebSocketBase}/v1/signaling/");
    }

    [Fact]
    public async Task Request_WithExpectContinue_IsToldToGoOn()
    {
        var device = await fixture.CreateDeviceAsync();
        var body = $$"""{"productId":"{{device.Product}}","deviceId":"{{device.Device}}"}""";

        await using var connection = await RawConnection.ConnectAsync(Api.BaseUrl);
        await connection.SendAsync(
            "POST /v1/client/connect HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        (await connection.ReadAnswerAsync())!.Status.ShouldBe(100);

        await connection.SendAsync($"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        var answer = Encoding.UTF8.GetString(await connection.ReadToEndAsync());
        answer.ShouldContain("200 OK");
        answer.ShouldContain($"\"signalingUrl\":\"{Api.WebSocketScheme}://a.example/v1/signaling/");
    }

    private async Task<string> SendRawAsync(string request)
    {
        await using var connection = await RawConnection.ConnectAsync(Api.BaseUrl);
        await connection.SendAsync(request);
        return Encoding.UTF8.GetString(await connection.ReadToEndAsync());
    }
}
