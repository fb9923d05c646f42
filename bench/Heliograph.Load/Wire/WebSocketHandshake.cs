using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>Opens WebSockets the way SDKs do: the URL as it is, and no header of their own.</summary>
internal static class WebSocketHandshake
{
    public static WebSocketConnection Open(Uri url, int pairIndex, bool isDevice)
    {
        var socket = LoopbackSocket.Connect(url);
        try
        {
            socket.Send(Encoding.ASCII.GetBytes(
                $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
            var reader = new HttpResponseReader(socket);
            var (status, head) = reader.ReadHead();
            if (status != 101)
            {
                var body = Encoding.UTF8.GetString(reader.ReadBody(head));
                throw new LoadException($"the WebSocket upgrade was answered with {status}: {body}");
            }

            return new WebSocketConnection(socket, reader.Rest) { PairIndex = pairIndex, IsDevice = isDevice };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
