using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>
/// One POST of JSON on a connection of its own, as peers on machines of their own make it. A stock HTTP client would take more CPU per
/// call than the server does, and here both share the cores.
/// </summary>
internal static class HttpCall
{
    public static (int Status, byte[] Body) Post(Uri server, string path, string? bearer, string json)
    {
        using var socket = LoopbackSocket.Connect(server);
        var authorization = bearer is null ? "" : $"Authorization: Bearer {bearer}\r\n";
        var request = $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\n{authorization}"
            + $"Connection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}";
        socket.Send(Encoding.UTF8.GetBytes(request));
        var reader = new HttpResponseReader(socket);
        var (status, head) = reader.ReadHead();
        return (status, reader.ReadBody(head));
    }
}
