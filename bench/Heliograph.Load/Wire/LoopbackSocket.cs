using System.Net.Sockets;

namespace Heliograph.Load.Wire;

/// <summary>Blocking sockets for what comes before the load: connects, HTTP calls, upgrades.</summary>
internal static class LoopbackSocket
{
    // Nothing the server does here takes this long: without an answer by then, it never comes.
    private const int TimeoutMilliseconds = 30_000;

    public static Socket Connect(Uri uri)
    {
        if (uri.Scheme is not ("http" or "ws"))
        {
            throw new LoadException($"{uri.Scheme}:// is not supported: the load program speaks plain http and ws");
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = TimeoutMilliseconds,
            SendTimeout = TimeoutMilliseconds,
        };
        try
        {
            socket.Connect(uri.Host, uri.Port);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LoadException($"can't connect to {uri.Host}:{uri.Port}", error);
        }
    }
}
