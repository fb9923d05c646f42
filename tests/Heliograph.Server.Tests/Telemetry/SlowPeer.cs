using System.Net.Sockets;
using System.Text;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary>A peer that opens its WebSocket and then reads nothing at all.</summary>
internal sealed class SlowPeer : IAsyncDisposable
{
    private readonly TcpClient _tcp;

    private SlowPeer(TcpClient tcp) => _tcp = tcp;

    public static async Task<SlowPeer> OpenAsync(string signalingUrl)
    {
        var url = new Uri(signalingUrl);
        var tcp = new TcpClient { ReceiveBufferSize = 4096 };
        await tcp.ConnectAsync(url.Host, url.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        await tcp.GetStream().ReadExactlyAsync(new byte["HTTP/1.1 101".Length]);
        return new(tcp);
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return default;
    }
}
