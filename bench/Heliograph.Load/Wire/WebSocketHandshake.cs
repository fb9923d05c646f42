using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>Opens WebSockets the way SDKs do: the URL as it is, and no header of their own.</summary>
internal static class WebSocketHandshake
{
    public static WebSocketConnection Open(Uri url, int pairIndex, bool isDevice)
    {
        var socket = ClientSocket.Connect(url);
        try
        {
            return Open(socket, url, pairIndex, isDevice);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens it on a connection that there is.</summary>
    public static WebSocketConnection Open(ClientSocket socket, Uri url, int pairIndex, bool isDevice)
    {
        socket.SendAll(BuildRequest(url));
        var answer = HttpAnswer.Read(socket, out var rest);
        if (answer.Status != 101)
        {
            throw new LoadException($"the WebSocket upgrade was answered with {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}");
        }

        return new WebSocketConnection(socket, rest) { PairIndex = pairIndex, IsDevice = isDevice };
    }

    public static byte[] BuildRequest(Uri url) => Encoding.ASCII.GetBytes(
        $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
}
