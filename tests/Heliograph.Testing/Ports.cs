using System.Net;
using System.Net.Sockets;

namespace Heliograph.Testing;

/// <summary>Ports for what must know its own before it listens.</summary>
public static class Ports
{
    // Below those that Linux gives to whoever connects, or listens anywhere (ip_local_port_range): of these, one would be taken in the meantime.
    private const int First = 15_000;
    private const int Count = 15_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>Ports that were free a moment ago, and that this process is given once.</summary>
    public static int[] Free(int count)
    {
        lock (Given)
        {
            var ports = new List<int>();
            while (ports.Count < count)
            {
                var port = First + Random.Shared.Next(Count);
                if (IsFree(port) && Given.Add(port))
                    ports.Add(port);
            }

            return [.. ports];
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
