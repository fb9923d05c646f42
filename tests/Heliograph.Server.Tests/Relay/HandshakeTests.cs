using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>The opening handshake, RFC 6455 section 4.2.</summary>
public class HandshakeTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task Handshake_OfTheRfcsExample_HasTheRfcsAnswer()
    {
        var url = await ClientUrlAsync();

        var (socket, answer) = await RawWebSocket.HandshakeAsync(url, RawWebSocket.HandshakeFor(url));
        await using var _ = socket;

        answer.Status.ShouldBe(101);
        answer.Header("Sec-WebSocket-Accept").ShouldBe(RawWebSocket.ExampleAccept);
        answer.Header("Upgrade").ShouldBe("websocket");
        answer.Header("Connection").ShouldBe("Upgrade");
        (await socket.DrainAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("not a URL")]
    public async Task Handshake_OfAnyOrigin_Succeeds(string origin)
    {
        var url = await ClientUrlAsync();

        var (socket, answer) = await RawWebSocket.HandshakeAsync(url, [.. RawWebSocket.HandshakeFor(url), $"Origin: {origin}"]);
        await using var _ = socket;

        answer.Status.ShouldBe(101);
    }

    [Fact]
    public async Task Handshake_WithExtensionsAndSubprotocols_TakesUpNone()
    {
        var url = await ClientUrlAsync();

        var (socket, answer) = await RawWebSocket.HandshakeAsync(
            url,
            [.. RawWebSocket.HandshakeFor(url), "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "Sec-WebSocket-Protocol: chat, superchat"]);
        await using var _ = socket;

        answer.Status.ShouldBe(101);
        answer.Header("Sec-WebSocket-Extensions").ShouldBeNull();
        answer.Header("Sec-WebSocket-Protocol").ShouldBeNull();
    }

    [Fact]
    public async Task Handshake_FollowedByFramesInOneSegment_LosesNone()
    {
        var frames = Enumerable.Range(0, 3).SelectMany(i => new RawFrame(RawFrame.Ping, [(byte)i]).ToBytes()).ToArray();

        await using var socket = await RawWebSocket.OpenAsync(await ClientUrlAsync(), frames);

        for (var i = 0; i < 3; i++)
            (await socket.ReadFrameAsync())!.Payload.ShouldBe([(byte)i]);
    }

    [Theory]
    [InlineData("Upgrade: WebSocket")]
    [InlineData("Upgrade: h2c, websocket")]
    public async Task Handshake_WithWebSocketAmongUpgrades_Succeeds(string upgrade) =>
        (await AnswerAsync(lines => Replace(lines, "Upgrade:", upgrade))).Status.ShouldBe(101);

    [Theory]
    [InlineData("Connection: keep-alive, Upgrade")]
    [InlineData("Connection: upgrade")]
    public async Task Handshake_WithUpgradeAmongConnectionOptions_Succeeds(string connection) =>
        (await AnswerAsync(lines => Replace(lines, "Connection:", connection))).Status.ShouldBe(101);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]
    [InlineData("dGhlIHNhbXBsZSBub25j")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ== ==")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==")]
    public async Task Handshake_WithBadKey_IsRefused(string? key)
    {
        var answer = await AnswerAsync(lines => Replace(lines, "Sec-WebSocket-Key:", key is null ? null : $"Sec-WebSocket-Key: {key}"));

        answer.Status.ShouldBe(400);
        answer.ErrorCode.ShouldBe(ErrorCodes.BadRequest);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version:", null)]
    [InlineData("Sec-WebSocket-Version:", "Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Version:", "Sec-WebSocket-Version: 13, 8")]
    [InlineData("Upgrade:", null)]
    [InlineData("Upgrade:", "Upgrade: h2c")]
    [InlineData("Upgrade:", "Upgrade: websocket-of-another-kind")]
    [InlineData("Connection:", "Connection: keep-alive")]
    public async Task Handshake_ThatIsNone_IsToldWhatIsWanted(string header, string? instead)
    {
        var answer = await AnswerAsync(lines => Replace(lines, header, instead));

        answer.Status.ShouldBe(426);
        answer.ErrorCode.ShouldBe(ErrorCodes.UpgradeRequired);
        // RFC 6455 section 4.2.2 and RFC 9110 section 15.5.22: the answer names the version and the protocol.
        answer.Header("Sec-WebSocket-Version").ShouldBe("13");
        answer.Header("Upgrade").ShouldBe("websocket");
    }

    /// <summary>RFC 6455 section 4.2.1: HTTP/1.1 at least, and each of these headers once.</summary>
    [Theory]
    [InlineData("Host:", null, 400)]
    [InlineData("Host:", "Host: a\r\nHost: a", 400)]
    [InlineData("Host:", "Host: a/b", 400)]
    [InlineData("Sec-WebSocket-Key:", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 400)]
    [InlineData("Sec-WebSocket-Key:", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key:", 400)]
    [InlineData("Sec-WebSocket-Version:", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13", 426)]
    [InlineData("Sec-WebSocket-Version:", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8", 426)]
    public async Task Handshake_WithAHeaderMissingOrTwice_IsRefused(string header, string? instead, int status) =>
        (await AnswerAsync(lines => Replace(lines, header, instead))).Status.ShouldBe(status);

    [Theory]
    [InlineData("HTTP/1.0", 426)]
    [InlineData("HTTP/0.9", 505)]
    [InlineData("HTTP/3.0", 505)]
    [InlineData("HTTP/1.1x", 400)]
    public async Task Handshake_OfAnotherHttp_IsRefused(string version, int status) =>
        (await AnswerAsync(lines => lines[0] = lines[0].Replace("HTTP/1.1", version, StringComparison.Ordinal))).Status.ShouldBe(status);

    [Fact]
    public async Task Handshake_ThatIsNone_LeavesTheConnectionForTheNextRequest()
    {
        var url = new Uri(await ClientUrlAsync());
        await using var connection = await RawConnection.ConnectAsync(url.ToString());

        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n");
            (await connection.ReadAnswerAsync()).ShouldNotBeNull().Status.ShouldBe(426);
        }
    }

    [Fact]
    public async Task Handshake_ByPost_IsRefused() =>
        (await AnswerAsync(lines => lines[0] = lines[0].Replace("GET", "POST"))).ErrorCode.ShouldBe(ErrorCodes.MethodNotAllowed);

    [Fact]
    public async Task Handshake_WithoutTicket_IsRefused()
    {
        var answer = await AnswerAsync(lines => lines[0] = lines[0].Split('?')[0] + " HTTP/1.1");

        answer.Status.ShouldBe(401);
        answer.ErrorCode.ShouldBe(ErrorCodes.Unauthorized);
    }

    private static void Replace(IList<string> lines, string header, string? instead)
    {
        var index = lines.ToList().FindIndex(x => x.StartsWith(header, StringComparison.Ordinal));
        lines.RemoveAt(index);
        if (instead is not null)
            lines.Add(instead);
    }

    private async Task<RawHttpAnswer> AnswerAsync(Action<IList<string>> change)
    {
        var url = await ClientUrlAsync();
        var lines = RawWebSocket.HandshakeFor(url);
        change(lines);
        var (socket, answer) = await RawWebSocket.HandshakeAsync(url, lines);
        await socket.DisposeAsync();
        return answer;
    }

    private async Task<string> ClientUrlAsync() => (await fixture.Api.ClientUrlAsync(await fixture.CreateDeviceAsync())).Url;
}
