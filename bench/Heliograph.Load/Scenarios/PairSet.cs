using Heliograph.Load.Servers;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>The open pairs of one server, all of them on one <see cref="EventLoop"/>.</summary>
internal sealed class PairSet : IDisposable
{
    private readonly LoadPair[] _pairs;

    private PairSet(LoadPair[] pairs, int payloadBytes)
    {
        _pairs = pairs;

        // The service may spell the envelope shorter than it came; its own notices are far shorter than that.
        ShortestMessage = payloadBytes - 48;
    }

    public int Count => _pairs.Length;

    public int ShortestMessage { get; }

    public ReadOnlySpan<LoadPair> All => _pairs;

    public LoadPair this[int index] => _pairs[index];

    public static PairSet Open(IRelayServer server, EventLoop loop, int count, int payloadBytes)
    {
        var devices = new WebSocketConnection[count];
        var pairs = new LoadPair[count];
        server.PrepareDevices(0, count);
        Workers.Run(count, i => loop.Add(devices[i] = server.OpenDevice(i)));
        Workers.Run(count, i =>
        {
            var client = server.OpenClient(i, out var channelId);
            loop.Add(client);
            pairs[i] = new LoadPair(devices[i], client, MessageText.Build(channelId, payloadBytes));
        });
        return new PairSet(pairs, payloadBytes);
    }

    public void HandleBy(IFrameHandler handler)
    {
        foreach (var pair in _pairs)
        {
            pair.Device.Handler = handler;
            pair.Client.Handler = handler;
        }
    }

    public void Dispose() => Array.ForEach(_pairs, pair => pair.Close());
}
