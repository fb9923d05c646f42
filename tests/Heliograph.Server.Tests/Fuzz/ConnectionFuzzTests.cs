using System.Text;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>Random bytes on the port itself: as HTTP, as a handshake, as frames.</summary>
public class ConnectionFuzzTests(FuzzFixture fixture) : IClassFixture<FuzzFixture>
{
    [Fact]
    public async Task Port_WithRandomBytes_IsUnharmed()
    {
        await FuzzRun.RepeatAsync(1500, async fuzz =>
        {
            await using var connection = await RawConnection.ConnectAsync(fixture.Api.BaseUrl);
            await SendAllAsync(connection, fuzz.New(2000));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Port_WithMutatedRequests_IsUnharmed()
    {
        var body = $$"""{"productId":"{{fixture.Product}}","deviceId":"{{fixture.Device.Device}}"}""";
        await FuzzRun.RepeatAsync(4500, async fuzz =>
        {
            var path = fuzz.Pick("/v1/client/connect", "/v1/device/connect", "/v1/ice-servers", "/v1/webrtc/products", "/metrics", "/try");
            var request = fuzz.Random.Next(2) == 0
                ? $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {fixture.Api.ApiKey}\r\nContent-Length: {body.Length}\r\n\r\n{body}"
                : $"POST {path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
            await using var connection = await RawConnection.ConnectAsync(fixture.Api.BaseUrl);
            await SendAllAsync(connection, fuzz.Mutate(Encoding.Latin1.GetBytes(request)));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Handshake_Mutated_IsUnharmed()
    {
        var (url, _) = await fixture.Api.ClientUrlAsync(fixture.Device);
        var handshake = string.Concat(RawWebSocket.HandshakeFor(url).Select(x => x + "\r\n")) + "\r\n";
        var bytes = (byte[])[.. Encoding.Latin1.GetBytes(handshake), .. new RawFrame(RawFrame.Ping, [1]).ToBytes()];
        await FuzzRun.RepeatAsync(4500, async fuzz =>
        {
            await using var connection = await RawConnection.ConnectAsync(fixture.Api.BaseUrl);
            await SendAllAsync(connection, fuzz.Mutate(bytes));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Ticket_Mutated_OpensNothing()
    {
        var (url, _) = await fixture.Api.ClientUrlAsync(fixture.Device);
        var (path, ticket) = url.Split("?ticket=") is [var before, var after] ? (before, after) : throw new InvalidOperationException(url);
        await FuzzRun.RepeatAsync(4500, async fuzz =>
        {
            var mutated = fuzz.Random.Next(4) == 0 ? Convert.ToHexString(fuzz.New(300)) : fuzz.MutateAscii(ticket);
            if (mutated == ticket)
                return;
            var changed = $"{path}?ticket={Uri.EscapeDataString(mutated)}";
            var (socket, answer) = await RawWebSocket.HandshakeAsync(changed, RawWebSocket.HandshakeFor(changed));
            await socket.DisposeAsync();
            answer.Status.ShouldBe(401, mutated);
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    /// <summary>Sends and waits for whatever the service makes of it: it must come to an end.</summary>
    private static async Task SendAllAsync(RawConnection connection, byte[] bytes)
    {
        try
        {
            await connection.SendAsync(bytes);
            connection.EndSending();
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            // The service has heard enough.
        }

        await connection.ReadToEndAsync();
    }
}
