using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>
/// One POST of JSON, as peers on machines of their own make it. A stock HTTP client would take more CPU per
/// call than the server does, and here both share the cores.
/// </summary>
internal static class HttpCall
{
    /// <summary>Makes it on a connection of its own.</summary>
    public static HttpAnswer Post(Uri server, byte[] request)
    {
        using var socket = ClientSocket.Connect(server);
        socket.SendAll(request);
        return HttpAnswer.Read(socket, out _);
    }

    public static byte[] BuildPost(Uri server, string path, string? bearer, string json, bool isLast)
    {
        var authorization = bearer is null ? "" : $"Authorization: Bearer {bearer}\r\n";
        var connection = isLast ? "Connection: close\r\n" : "";
        return Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\n{authorization}"
            + $"{connection}Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");
    }
}
