using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Tests.Connect;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>Which connect calls are answered beside HTTP, and that nobody sees a difference.</summary>
public class ConnectShortcutTests : IAsyncLifetime
{
    private readonly SigningKey _key = new();
    private readonly CountedShortcuts _counting = new();
    private TestService _service = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(settings => settings.Service.TrustedProxies.Add("127.0.0.0/8"), build: _counting.AddTo);
        _device = await _service.Api.CreateDeviceAsync(await _service.Api.CreateProductAsync(), _key);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Calls_OfOneConnection_AreAllAnsweredBesideHttp()
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
        foreach (var call in (string[])["device/connect", "ice-servers", "client/connect"])
        {
            await connection.SendAsync(Call(call, ConnectBody));
            (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);
        }

        _counting.Taken.ShouldBe(3);
    }

    [Fact]
    public async Task Calls_InOnePiece_AreAnsweredInTheirOrder()
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);

        await connection.SendAsync(Call("client/connect", ConnectBody) + Call("device/connect", "{}") + Call("ice-servers", ConnectBody));

        (await connection.ReadAnswerAsync())!.Body.ShouldContain("channelId");
        (await connection.ReadAnswerAsync())!.Status.ShouldBe(400);
        (await connection.ReadAnswerAsync())!.Body.ShouldContain("iceServers");
        _counting.Taken.ShouldBe(3);
    }

    [Fact]
    public async Task Connection_AfterACall_OpensASocketOrGoesOnOverHttp()
    {
        await using var first = await RawConnection.ConnectAsync(_service.BaseUrl);
        await first.SendAsync(Call("device/connect", ConnectBody));
        var url = JsonText((await first.ReadAnswerAsync())!.Body, "signalingUrl");
        await first.SendAsync(string.Join("\r\n", RawWebSocket.HandshakeFor(url)) + "\r\n\r\n");
        (await first.ReadAnswerAsync())!.Status.ShouldBe(101);
        _counting.Taken.ShouldBe(2);

        await using var second = await RawConnection.ConnectAsync(_service.BaseUrl);
        await second.SendAsync(Call("client/connect", ConnectBody));
        (await second.ReadAnswerAsync())!.Status.ShouldBe(200);
        await second.SendAsync($"GET /health/live HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        (await second.ReadAnswerAsync())!.Status.ShouldBe(200);
        await second.SendAsync(Call("client/connect", ConnectBody));
        (await second.ReadAnswerAsync())!.Status.ShouldBe(200);
        _counting.Taken.ShouldBe(3);
    }

    [Fact]
    public async Task Connection_ThatIsToEnd_Ends()
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);

        await connection.SendAsync(Call("client/connect", ConnectBody, "Connection: close"));

        (await connection.ReadAnswerAsync())!.Headers["Connection"].ShouldBe("close");
        (await connection.ReadToEndAsync()).ShouldBeEmpty();
        _counting.Taken.ShouldBe(1);
    }

    [Fact]
    public async Task Body_ThatComesLater_IsWaitedForOverHttp()
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
        var call = Call("client/connect", ConnectBody);
        await connection.SendAsync(call[..^10]);
        await connection.SendAsync(call[^10..]);

        (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("client/connect", "", null)]
    [InlineData("client/connect", "{", null)]
    [InlineData("client/connect", "null", null)]
    [InlineData("client/connect", "[]", null)]
    [InlineData("client/connect", "{}", null)]
    [InlineData("client/connect", """{"productId":1,"deviceId":"x"}""", null)]
    [InlineData("client/connect", """{"productId":"wp-12345678","deviceId":"wd-1234567890123456"}""", null)]
    [InlineData("ice-servers", """{"productId":"{product}","deviceId":"wd-1234567890123456"}""", null)]
    [InlineData("device/connect", """{"productId":"{product}","deviceId":"{device}"}""", null)]
    [InlineData("device/connect", """{"productId":"{product}","deviceId":"{device}"}""", "Basic eDp5")]
    [InlineData("device/connect", """{"productId":"{product}","deviceId":"{device}"}""", "Bearer x.y.z")]
    [InlineData("client/connect", """{"productId":"{product}","deviceId":"{device}"}""", "Bearer {token}")]
    [InlineData("device/connect", """{"productId":"{product}","deviceId":"{sibling}"}""", "Bearer {token}")]
    [InlineData("ice-servers", """{"productId":"{product}","deviceId":"{device}"}""", "Bearer {token}")]
    public async Task Answer_IsThatOfHttp(string call, string body, string? authorization)
    {
        var sibling = await _service.Api.CreateDeviceAsync(_device.Product, _key);
        string Fill(string text) => text.Replace("{product}", _device.Product.Value, StringComparison.Ordinal)
            .Replace("{device}", _device.Device.Value, StringComparison.Ordinal)
            .Replace("{sibling}", sibling.Device.Value, StringComparison.Ordinal)
            .Replace("{token}", _key.DeviceToken(_device), StringComparison.Ordinal);
        var request = Call(call, Fill(body), authorization is null ? null : $"Authorization: {Fill(authorization)}", withToken: false);
        await using var beside = await RawConnection.ConnectAsync(_service.BaseUrl);
        await using var over = await RawConnection.ConnectAsync(_service.BaseUrl);
        await over.SendAsync($"GET /health/live HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        (await over.ReadAnswerAsync())!.Status.ShouldBe(200);

        await over.SendAsync(request);
        var expected = (await over.ReadAnswerAsync())!;
        _counting.Taken.ShouldBe(0);
        await beside.SendAsync(request);
        var answer = (await beside.ReadAnswerAsync())!;

        _counting.Taken.ShouldBe(1);
        answer.Status.ShouldBe(expected.Status);
        answer.Body.ShouldBe(expected.Body);
        Named(answer).ShouldBe(Named(expected));
        answer.Headers["Content-Type"].ShouldBe(expected.Headers["Content-Type"]);
        DateTimeOffset.ParseExact(answer.Headers["Date"], "R", null).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        answer.Headers.GetValueOrDefault("WWW-Authenticate").ShouldBe(expected.Headers.GetValueOrDefault("WWW-Authenticate"));
        beside.EndSending();
        (await beside.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("X-Forwarded-Proto: https", false)]
    [InlineData("X-Forwarded-Host: signal.example.com", false)]
    [InlineData("X-Forwarded-For: 203.0.113.9", true)]
    [InlineData("Origin: https://app.example.com", false)]
    public async Task Call_BehindAProxyOrOfAPage_IsAnsweredWhereItsHeadersAreUnderstood(string header, bool isBeside)
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
        await connection.SendAsync(Call("client/connect", ConnectBody, header));
        var answer = (await connection.ReadAnswerAsync())!;

        answer.Status.ShouldBe(200);
        _counting.Taken.ShouldBe(isBeside ? 1 : 0);
        JsonText(answer.Body, "signalingUrl").ShouldStartWith(header switch
        {
            "X-Forwarded-Proto: https" => $"wss://{Host}/",
            "X-Forwarded-Host: signal.example.com" => $"{_service.Api.WebSocketScheme}://signal.example.com/",
            _ => $"{_service.Api.WebSocketBase}/",
        });
    }

    [Theory]
    [InlineData("a", 200)]
    [InlineData("a:80", 200)]
    [InlineData("a_b.c-d:0", 200)]
    [InlineData("a:99999", 200)]
    [InlineData("127.0.0.1:80", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("[1:2.3]", 200)]
    [InlineData("[...]", 200)]
    [InlineData("a:", 400)]
    [InlineData(":80", 400)]
    [InlineData(":", 400)]
    [InlineData("a:b", 400)]
    [InlineData("a:1:2", 400)]
    [InlineData("a:-1", 400)]
    [InlineData("]x[", 400)]
    [InlineData("a[b", 400)]
    [InlineData("[", 400)]
    [InlineData("[]", 400)]
    [InlineData("[::]", 400)]
    [InlineData("[::1", 400)]
    [InlineData("[::1]:", 400)]
    [InlineData("[::1]80", 400)]
    [InlineData("[::g]", 400)]
    [InlineData("[::1]:8x", 400)]
    [InlineData("a b", 400)]
    public async Task Host_IsTakenForWellFormed_WhereItIsOverHttp(string host, int status)
    {
        var call = Call("client/connect", ConnectBody).Replace($"Host: {Host}", $"Host: {host}", StringComparison.Ordinal);
        await using var beside = await RawConnection.ConnectAsync(_service.BaseUrl);
        await using var over = await RawConnection.ConnectAsync(_service.BaseUrl);

        // What is asked of it by this header is for HTTP.
        await over.SendAsync(call.Replace("Content-Type:", "Origin: https://app.example.com\r\nContent-Type:", StringComparison.Ordinal));
        var expected = (await over.ReadAnswerAsync())!;
        _counting.Taken.ShouldBe(0);
        await beside.SendAsync(call);
        var answer = (await beside.ReadAnswerAsync())!;

        expected.Status.ShouldBe(status);
        answer.Status.ShouldBe(status);
        _counting.Taken.ShouldBe(status == 200 ? 1 : 0);
        if (status == 200)
            JsonText(answer.Body, "signalingUrl").ShouldStartWith($"{_service.Api.WebSocketScheme}://{host}/");
    }

    [Fact]
    public async Task Caller_WhoReadsNoAnswers_IsCutOff()
    {
        var counting = new CountedShortcuts();
        await using var service = await TestService.StartAsync(build: builder =>
        {
            counting.AddTo(builder);
            builder.Services.AddSingleton<TimeProvider>(new HastyClock());
        });
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), _key);
        var call = Call("client/connect", $$"""{"productId":"{{device.Product}}","deviceId":"{{device.Device}}"}""");
        await using var connection = await RawConnection.ConnectAsync(service.BaseUrl, receiveBuffer: 4096);

        await Should.ThrowAsync<IOException>(async () =>
        {
            for (var sent = 1; ; sent++)
            {
                await connection.SendAsync(call);
                // One after the other: of several at once, one would come in two parts some time, and pass on to HTTP.
                for (var until = Environment.TickCount64 + 1000; counting.Taken < sent && Environment.TickCount64 < until;)
                    await Task.Yield();
            }
        });

        counting.Taken.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Caller_WhoLeavesInTheMiddle_IsNoFault()
    {
        for (var i = 0; i < 50; i++)
        {
            var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
            await connection.SendAsync(Call("client/connect", ConnectBody) + Call("client/connect", ConnectBody));
            connection.Reset();
        }

        // Nothing has come into the log, which the service's end looks at.
        await Eventually.HoldsAsync("all are dealt with", () => _counting.Taken > 0);
        (await _service.Api.ConnectClientAsync(_device)).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task Caller_WhoLeavesWhileItWaitsForItsTurn_IsNotAnsweredAnyMore()
    {
        // From here on the device is kept, and the database not asked any more: that would end a call that was left, too.
        await using var first = await RawConnection.ConnectAsync(_service.BaseUrl);
        await first.SendAsync(Call("device/connect", ConnectBody));
        (await first.ReadAnswerAsync())!.Status.ShouldBe(200);
        var queue = _service.Get<ConnectQueues>().Kept;
        for (var i = 0; i < queue.AtOnce; i++)
            await queue.EnterAsync();

        // Its turn may come before the service has heard that it has left: then it is answered, and the next one tries.
        await Eventually.HoldsAsync("a call is dropped", async () =>
        {
            var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
            await connection.SendAsync(Call("device/connect", ConnectBody));
            await Eventually.HoldsAsync("the call waits", () => queue.Waiting == 1);
            connection.Reset();
            await CountAsync("OK");
            queue.Leave();
            await queue.EnterAsync();
            return await CountAsync("ABORTED") > 0;
        });
    }

    [Fact]
    public async Task Stop_EndsAConnectionBetweenItsCalls()
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
        await connection.SendAsync(Call("client/connect", ConnectBody));
        (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);

        await _service.StopAsync();

        (await connection.ReadToEndAsync()).ShouldBeEmpty();
    }

    /// <summary>How many device connects have come to an outcome, by the metrics.</summary>
    private async Task<int> CountAsync(string outcome)
    {
        var metrics = await _service.Api.Http.GetStringAsync(new Uri($"{_service.BaseUrl}/metrics"));
        var line = metrics.Split('\n').SingleOrDefault(x =>
            x.StartsWith("heliograph_connect_duration_seconds_count", StringComparison.Ordinal)
            && x.Contains("device/connect", StringComparison.Ordinal) && x.Contains($"\"{outcome}\"", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line[(line.LastIndexOf(' ') + 1)..], null);
    }

    private string Host => new Uri(_service.BaseUrl).Authority;

    private string ConnectBody => $$"""{"productId":"{{_device.Product}}","deviceId":"{{_device.Device}}"}""";

    private string Call(string name, string body, string? header = null, bool withToken = true) => string.Join(
        "\r\n",
        ((string?[])
        [
            $"POST /v1/{name} HTTP/1.1",
            $"Host: {Host}",
            "Content-Type: application/json",
            $"Content-Length: {Encoding.UTF8.GetByteCount(body)}",
            withToken && name == "device/connect" ? $"Authorization: Bearer {_key.DeviceToken(_device)}" : null,
            header,
        ]).Where(x => x is not null)) + "\r\n\r\n" + body;

    private static string JsonText(string json, string field) => System.Text.Json.Nodes.JsonNode.Parse(json)![field]!.GetValue<string>();

    /// <summary>The names of an answer's headers, but for how its body is framed.</summary>
    private static IEnumerable<string> Named(RawHttpAnswer answer) =>
        answer.Headers.Keys.Where(x => x is not ("Transfer-Encoding" or "Content-Length")).Order(StringComparer.Ordinal);

    /// <summary>A clock on which the time that an answer may take to be read is over at once.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == ConnectShortcut.LongestSend ? TimeSpan.Zero : dueTime, period);
    }
}
