using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>A device and a client that talk to each other, with the one frame that both send, built ahead.</summary>
internal sealed class LoadPair(WebSocketConnection device, WebSocketConnection client, MessageText text)
{
    // At 4,000 messages a second a pair sends 10: this many in flight is a server that has stopped.
    private const int MostInFlight = 64;

    private readonly long[] _sentAt = new long[MostInFlight];
    private int _oldest;

    public WebSocketConnection Device => device;

    public WebSocketConnection Client => client;

    public MessageText Text => text;

    public int InFlight { get; private set; }

    /// <param name="at">When it was due: later is the server's delay too, where it holds up the generator.</param>
    public void SendFromClient(long at)
    {
        if (InFlight == MostInFlight)
        {
            throw new LoadException($"a pair has {MostInFlight} messages under way: the server can't follow");
        }

        _sentAt[(_oldest + InFlight) % MostInFlight] = at;
        InFlight++;
        client.Send(text.Frame);
    }

    /// <summary>Takes the oldest message in flight as returned, and tells when it was sent.</summary>
    public long TakeSent()
    {
        var at = _sentAt[_oldest];
        _oldest = (_oldest + 1) % MostInFlight;
        InFlight--;
        return at;
    }

    public void Close()
    {
        device.Dispose();
        client.Dispose();
    }
}
