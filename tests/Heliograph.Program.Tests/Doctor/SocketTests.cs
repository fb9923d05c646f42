using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>What goes wrong once a signaling service has answered: keys, URLs, sockets, messages.</summary>
public sealed class SocketTests(SharedService service) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ApiKey_ThatIsWrong_IsTold()
    {
        var run = await DoctorRun.ExamineAsync(service.BaseUrl, "--api-key-file", _folder.Write("key", "hg_wrong_wrong"));

        run.ShouldFailAt("Test device", "does not take the API key", "--device");
        run.Output.ShouldNotContain("hg_wrong_wrong");
    }

    [Fact]
    public async Task ApiKey_OfTheEnvironmentForAnotherService_IsNotSent()
    {
        var environment = new Dictionary<string, string> { ["HELIO_URL"] = "https://elsewhere.example", ["HELIO_API_KEY"] = "hg_other_secret" };

        (await DoctorRun.ExamineAsync(service.BaseUrl, environment)).Outcome("Test device").ShouldBe("skipped");
    }

    [Fact]
    public async Task DeviceKey_ThatIsNotRegistered_IsTold()
    {
        using var device = await service.CreateDeviceAsync(_folder);
        using var other = new SigningKey();

        var run = await DoctorRun.ExamineAsync(
            service.BaseUrl, "--device", device.Address.ToString(), "--device-key", _folder.Write("other.pem", other.PrivatePem));

        run.ShouldFailAt("device/connect", "UNAUTHORIZED", "Is the key registered");
    }

    [Fact]
    public async Task Device_ThatDoesNotExist_IsTold()
    {
        var run = await DoctorRun.ExamineAsync(service.BaseUrl, "--device", $"{ProductId.New()}/{DeviceId.New()}");

        run.ShouldFailAt("client/connect", "PRODUCT_ID_NOT_FOUND", "Check the IDs");
    }

    [Fact]
    public async Task KeyFile_WithoutDevice_IsToldInOneLine()
    {
        await using var process = DoctorRun.Start(service.BaseUrl, null, "--device-key", "device.pem");

        (await process.ExitAsync()).ShouldBe(2);
        process.Log.Trim().ShouldHaveSingleLine().ShouldContain("--device");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "refuses the connection")]
    [InlineData("http://no-such-host.invalid", "has no address")]
    public async Task PublicUrl_ThatLeadsNowhere_IsTold(string publicUrl, string seen)
    {
        var url = $"http://127.0.0.1:{Ports.Free(1)[0]}";
        await using var lost = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", url, "--public-url", publicUrl);

        var run = await DoctorRun.ExamineAsync(url, "--api-key-file", lost.ApiKeyFile);

        run.ShouldFailAt("Signaling URL", seen, "Set PublicUrl");
        run.Outcome("Client's socket").ShouldBe("skipped");
    }

    [Theory]
    [InlineData("/v1/signaling", "is no absolute URL")]
    [InlineData("https://127.0.0.1/v1/signaling", "the scheme must be ws or wss")]
    public async Task SignalingUrl_ThatIsNone_IsTold(string url, string seen)
    {
        using var device = await service.CreateDeviceAsync(_folder);
        await using var server = await AnsweringAsync($$"""{"signalingUrl":"{{url}}?ticket=x","deviceOnline":false,"channelId":"x"}""");

        (await DoctorRun.ExamineAsync(server.Url, "--device", device.Address.ToString())).ShouldFailAt("Signaling URL", seen, "PublicUrl");
    }

    [Fact]
    public async Task ClientConnect_WithoutWhatPeersNeed_IsTold()
    {
        using var device = await service.CreateDeviceAsync(_folder);
        await using var server = await AnsweringAsync("{}");

        (await DoctorRun.ExamineAsync(server.Url, "--device", device.Address.ToString())).ShouldFailAt("client/connect", "has not all of signalingUrl", "");
    }

    [Fact]
    public async Task Proxy_ThatStripsUpgrade_IsTold() => (await ExamineBehindAsync(http =>
    {
        http.Request.Headers.Remove("Upgrade");
        http.Features.Set<Microsoft.AspNetCore.Http.Features.IHttpWebSocketFeature>(null);
        return Task.FromResult(false);
    })).ShouldFailAt("Client's socket", "426 Upgrade Required", "Upgrade and Connection");

    [Theory]
    [InlineData(200, "answered 200", "like any page")]
    [InlineData(400, "answered 400", "Upgrade and Connection")]
    [InlineData(403, "answered 403", "let /v1/ through")]
    [InlineData(404, "answered 404", "/v1/signaling/")]
    [InlineData(502, "answered 502", "the service behind it does not")]
    public async Task Proxy_ThatAnswersTheUpgradeItself_IsTold(int status, string seen, string remedy) => (await ExamineBehindAsync(http =>
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return Task.FromResult(false);
        http.Response.StatusCode = status;
        return Task.FromResult(true);
    })).ShouldFailAt("Client's socket", seen, remedy);

    [Fact]
    public async Task Proxy_ThatSwallowsEverything_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { Up = _ => null, Down = _ => null }, "--timeout", "5s"))
            .ShouldFailAt("PEER_CONNECTED", "not a single message comes", "tunnel WebSockets");

    [Fact]
    public async Task Relay_ThatDoesNotAnswerPing_IsTold()
    {
        var run = await ExamineBehindAsync(new SocketProxy { Down = x => IsOf(x, "PONG") ? null : x }, "--timeout", "5s");

        run.ShouldFailAt("Client's PING", "no PONG within 5 s, though other messages come", "PING");
        run.Outcome("Messages").ShouldBe("ok");
    }

    [Fact]
    public async Task Relay_ThatDoesNotTellOfPeers_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { Down = x => IsOf(x, "PEER_CONNECTED") ? null : x }, "--timeout", "5s"))
            .ShouldFailAt("PEER_CONNECTED", "the device and the client got none", "same service");

    [Fact]
    public async Task Proxy_ThatRewritesMessages_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { Down = x => Encoding.UTF8.GetBytes(JsonNode.Parse(x)!.ToJsonString()) }))
            .ShouldFailAt("Messages", "changed", "rewrites messages");

    [Fact]
    public async Task Proxy_ThatDropsLargeMessages_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { Up = x => x.Length > 8192 ? null : x }, "--timeout", "5s"))
            .ShouldFailAt("Messages", "the client's message does not reach the device", "large SDP");

    [Fact]
    public async Task Relay_ThatSaysNothingOfAuthorization_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { Down = x => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(x).Replace("\"authorized\":true,", "", StringComparison.Ordinal)) }))
            .ShouldFailAt("Messages", "does not say whether the client is authorized", "");

    [Fact]
    public async Task Relay_ThatTakesAuthorizationAway_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { Down = x => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(x).Replace("\"authorized\":true,", "\"authorized\":false,", StringComparison.Ordinal)) }))
            .ShouldFailAt("Messages", "not authorized, though it showed a token", "");

    [Fact]
    public async Task Proxy_ThatCutsWhatIsIdle_IsTold() =>
        (await ExamineBehindAsync(new SocketProxy { IdleTimeout = TimeSpan.FromSeconds(5) }, "--idle", "1h"))
            .ShouldFailAt("Idle", "a silent connection ended without a close frame", "idle timeout");

    private Task<DoctorRun> ExamineBehindAsync(SocketProxy socket, params string[] arguments) => ExamineBehindAsync(null, socket, arguments);

    private Task<DoctorRun> ExamineBehindAsync(Func<HttpContext, Task<bool>> before) => ExamineBehindAsync(before, null);

    private async Task<DoctorRun> ExamineBehindAsync(Func<HttpContext, Task<bool>>? before, SocketProxy? socket, params string[] arguments)
    {
        await using var proxy = await Front.ProxyAsync(service.BaseUrl, before, socket);
        return await DoctorRun.ExamineAsync(proxy.Url, ["--api-key-file", service.ApiKeyFile, .. arguments]);
    }

    /// <summary>A proxy to the service that answers client/connect itself where the device exists.</summary>
    private Task<Front> AnsweringAsync(string body) => Front.ProxyAsync(service.BaseUrl, async http =>
    {
        if (http.Request.Path != "/v1/client/connect" || http.Request.Method != "POST")
            return false;
        http.Request.EnableBuffering();
        var request = await JsonNode.ParseAsync(http.Request.Body);
        http.Request.Body.Position = 0;
        if ((await service.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{request!.Text("productId")}")).Status != System.Net.HttpStatusCode.OK)
            return false;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body);
        return true;
    });

    private static bool IsOf(byte[] message, string type) => JsonNode.Parse(message)!["type"]!.GetValue<string>() == type;
}
