using Heliograph.Load.Wire;

namespace Heliograph.Load.Servers;

/// <summary>A server that runs and relays between the two ends of a pair. Opening is safe from several threads.</summary>
internal interface IRelayServer : IDisposable
{
    string Name { get; }

    /// <summary>Null where the process is not known: no CPU and memory readings then.</summary>
    int? ProcessId { get; }

    Uri Address { get; }

    /// <summary>Has devices ready to come online once more, outside of what is measured.</summary>
    void PrepareDevices(int first, int count);

    /// <summary>The HTTP request by which a device learns the URL of its WebSocket; null where it knows it.</summary>
    byte[]? DeviceRequest(int pair);

    /// <summary>The URL of a device's WebSocket, as the answer says; that is empty where there was no request.</summary>
    Uri DeviceUrl(int pair, ReadOnlySpan<byte> answer);

    /// <summary>What a device does to get online, HTTP call included where there is one.</summary>
    /// <param name="pair">Its pair.</param>
    /// <param name="onOneConnection">Whether the WebSocket is opened on the connection of the call.</param>
    WebSocketConnection OpenDevice(int pair, bool onOneConnection = false);

    /// <summary>The same for a client; tells the channel too.</summary>
    WebSocketConnection OpenClient(int pair, out string channelId);

    /// <summary>Bytes that the server's heap has ever handed out, or null where the server doesn't tell.</summary>
    long? ReadAllocatedBytes();
}

/// <summary>A kind of server, and how to start one with room for so many pairs.</summary>
internal sealed record ServerKind(string Name, Func<int, IRelayServer> Start);
