using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>What HTTP makes of the handshakes that are not recognised beside it, and that the next one on the same service is opened beside it.</summary>
public class LeftToHttpTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Theory]
    [InlineData("GET http://{host}/v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1")]
    [InlineData("GET //v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1")]
    [InlineData("GET /v1/%73ignaling/{product}/{device}?ticket={ticket} HTTP/1.1")]
    [InlineData("GET /v1/signaling/%77{product-rest}/{device}?ticket={ticket} HTTP/1.1")]
    [InlineData("GET /v1/signaling/{product}/{device}?x=1&ticket={ticket} HTTP/1.1")]
    [InlineData("GET /v1/signaling/{product}/{device}?ticket={ticket}&x=1 HTTP/1.1")]
    [InlineData("GET /v1/signaling/{product}/{device}?TICKET={ticket} HTTP/1.1")]
    [InlineData("GET /v1/signaling/{product}/{device}/?ticket={ticket} HTTP/1.1")]
    [InlineData("get /v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1")]
    [InlineData("GET /v1/signaling/{product}/{device}?ticket={ticket}  HTTP/1.1")]
    public async Task Target_InAnotherSpelling_IsOpenedOverHttp(string line)
    {
        var (socket, answer) = await HandshakeAsync(line);
        await using var _ = socket;

        answer.Status.ShouldBe(101);
        (await socket.DrainAsync()).ShouldBeEmpty();
        fixture.Service.Get<OpenSockets>().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("GET /v1/signaling/{product}/{device}?ticket= HTTP/1.1", 401)]
    [InlineData("GET /v1/signaling/{product}/{device}?x=1 HTTP/1.1", 401)]
    [InlineData("GET /v1/signaling/{product}/{device}?ticket={ticket}&ticket={ticket} HTTP/1.1", 401)]
    [InlineData("GET /v1/signaling/{product}/wd-%31?ticket={ticket} HTTP/1.1", 401)]
    [InlineData("GET /v1/signaling/{product}/x/{device}?ticket={ticket} HTTP/1.1", 404)]
    [InlineData("GET /v1/signaling/{product}?ticket={ticket} HTTP/1.1", 404)]
    [InlineData("GET http://signal.example.com/v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1", 400)]
    [InlineData("GET ftp://{host}/v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1", 400)]
    [InlineData("GET  /v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1", 400)]
    [InlineData("GET /v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1 ", 400)]
    [InlineData("POST /v1/signaling/{product}/{device}?ticket={ticket} HTTP/1.1", 405)]
    public async Task Target_ThatIsNone_IsRefusedOverHttp(string line, int status)
    {
        var (socket, answer) = await HandshakeAsync(line);
        await using var _ = socket;

        answer.Status.ShouldBe(status);
    }

    private async Task<(RawWebSocket Socket, RawHttpAnswer Answer)> HandshakeAsync(string line)
    {
        var address = await fixture.CreateDeviceAsync();
        var url = new Uri((await fixture.Api.ClientUrlAsync(address)).Url);
        var filled = line.Replace("{host}", url.Authority, StringComparison.Ordinal)
            .Replace("{product}", address.Product.Value, StringComparison.Ordinal)
            .Replace("{product-rest}", address.Product.Value[1..], StringComparison.Ordinal)
            .Replace("{device}", address.Device.Value, StringComparison.Ordinal)
            .Replace("{ticket}", url.Query["?ticket=".Length..], StringComparison.Ordinal);
        var handshake = RawWebSocket.HandshakeFor(url.ToString());
        handshake[0] = filled;
        return await RawWebSocket.HandshakeAsync(url.ToString(), handshake);
    }
}
