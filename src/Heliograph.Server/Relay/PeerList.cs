namespace Heliograph.Server.Relay;

/// <summary>All connections of this node, from opening to the very end: a linked list through the peers themselves.</summary>
internal sealed class PeerList
{
    private readonly Lock _lock = new();
    private Peer? _first;

    public int Count { get; private set; }

    public void Add(Peer peer)
    {
        lock (_lock)
        {
            peer.IsListed = true;
            peer.Next = _first;
            if (_first is not null)
                _first.Previous = peer;
            _first = peer;
            Count++;
        }
    }

    /// <summary>Takes a peer out.</summary>
    /// <returns>False where it has not come in.</returns>
    public bool Remove(Peer peer)
    {
        lock (_lock)
        {
            if (!peer.IsListed)
                return false;
            if (peer.Previous is { } previous)
                previous.Next = peer.Next;
            else
                _first = peer.Next;
            if (peer.Next is { } next)
                next.Previous = peer.Previous;
            peer.IsListed = false;
            Count--;
            return true;
        }
    }

    /// <summary>
    /// Cuts a connection, unless it has left the list: then its HTTP request may be over, and to abort that would throw, or hit another
    /// request that its context serves now.
    /// </summary>
    public void Cut(Peer peer)
    {
        lock (_lock)
        {
            if (peer.IsListed)
                peer.Abort();
        }
    }

    /// <summary>The peers for which <paramref name="choose"/> says so. It is called under the list's lock and must be quick.</summary>
    public List<Peer> Where(Func<Peer, bool> choose)
    {
        var chosen = new List<Peer>();
        lock (_lock)
        {
            for (var peer = _first; peer is not null; peer = peer.Next)
            {
                if (choose(peer))
                    chosen.Add(peer);
            }
        }

        return chosen;
    }

    /// <summary>Ticks every peer, and collects those that something is to be done about.</summary>
    public void Tick(WatchLimits limits, List<(Peer Peer, WatchVerdict Verdict)> verdicts)
    {
        lock (_lock)
        {
            for (var peer = _first; peer is not null; peer = peer.Next)
            {
                var verdict = peer.Tick(limits);
                if (verdict != WatchVerdict.Fine)
                    verdicts.Add((peer, verdict));
            }
        }
    }
}
