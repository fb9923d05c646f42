using System.Diagnostics.CodeAnalysis;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay;

/// <summary>
/// A device and its clients as far as they are connected to this node. Exists while any of them is. A client's message to its
/// device takes no lock; everything that must not be seen half done, and every PEER_OFFLINE, happens under the one of this device.
/// What is told under it is only put into outboxes, and written after: a loop may wait for the lock.
/// </summary>
internal sealed class DeviceState(DeviceAddress address)
{
    private readonly Lock _lock = new();
    private volatile Peer? _device;
    private volatile DeviceTap? _tap;
    private DeviceClients _clients;
    private bool _isRemoved;
    private Task _turn = Task.CompletedTask;
    private long _relayed;

    public DeviceAddress Address { get; } = address;

    /// <summary>The device's connection, if it is on this node.</summary>
    public Peer? Device => _device;

    /// <summary>Where what is sent is captured for those who inspect the device; null where nobody does.</summary>
    public DeviceTap? Tap
    {
        get => _tap;
        set => _tap = value;
    }

    /// <summary>The connections on this node.</summary>
    public (Peer? Device, IReadOnlyList<Peer> Clients) Peers
    {
        get
        {
            lock (_lock)
                return (_device, _clients.ToList());
        }
    }

    public bool IsDeviceOnline => _device is { IsEnding: false };

    /// <summary>Messages relayed since this was last asked.</summary>
    public long TakeRelayed() => Interlocked.Exchange(ref _relayed, 0);

    public void CountRelayed() => Interlocked.Increment(ref _relayed);

    /// <summary>
    /// Gives a connection its place and tells the other side, in one: an older connection in the same place is ended, and nothing
    /// reaches it from here on; the new one has been announced before anything is relayed to or from it.
    /// </summary>
    /// <param name="peer">The new connection.</param>
    /// <param name="replaced">The older one.</param>
    /// <returns>False where the state has been removed meanwhile and another must be used.</returns>
    public bool TryAttach(Peer peer, out Peer? replaced)
    {
        using var round = WriteRound.Join();
        lock (_lock)
        {
            replaced = null;
            if (_isRemoved)
                return false;

            peer.State = this;
            if (peer.Role == Role.Device)
            {
                replaced = _device;
                replaced?.End(EndReason.Replaced);
                AnnounceDevice(peer);
                // Last: from here on a client's message finds it without the lock.
                _device = peer;
            }
            else
            {
                replaced = _clients.Put(peer);
                replaced?.End(EndReason.Replaced);
                _device?.SendOwn(OutboundFrame.PeerConnected(peer.Channel));
            }
        }

        return true;
    }

    /// <summary>Takes a connection's place back, unless a newer one has it.</summary>
    /// <returns>Whether it had it still.</returns>
    public bool TryDetach(Peer peer)
    {
        lock (_lock)
        {
            if (!IsCurrent(peer))
                return false;

            if (peer.Role == Role.Device)
                _device = null;
            else
                _clients.Remove(peer.Channel);
            return true;
        }
    }

    /// <summary>
    /// Gives the state up if nobody is left. Not while there are calls in turn: the claim of a next connection must wait for the
    /// release of the last one, and it is here that it waits.
    /// </summary>
    /// <returns>Whether it is given up and has to be removed.</returns>
    public bool TryRemove()
    {
        lock (_lock)
        {
            _isRemoved |= _device is null && _clients.Count == 0 && _turn.IsCompleted;
            return _isRemoved;
        }
    }

    /// <summary>The client that is connected on a channel of this device.</summary>
    public Peer? FindClient(ChannelId channel)
    {
        lock (_lock)
            return _clients.Find(channel);
    }

    /// <summary>The clients that are connected here.</summary>
    public IReadOnlyList<Peer> ListClients()
    {
        lock (_lock)
            return _clients.ToList();
    }

    /// <summary>Tells the clients here that their device's connection, on another node, is open.</summary>
    /// <returns>The clients.</returns>
    public IReadOnlyList<Peer> AnnounceRemoteDevice()
    {
        using var round = WriteRound.Join();
        lock (_lock)
        {
            var clients = _clients.ToList();
            foreach (var client in clients)
                client.SendOwn(OutboundFrame.PeerConnected(client.Channel));
            return clients;
        }
    }

    /// <summary>
    /// Last try for a frame whose receiver was not found, on this node or another: under the lock, a receiver that has come
    /// meanwhile still gets it, and otherwise the sender's PEER_OFFLINE goes out before any PEER_CONNECTED of a later one.
    /// </summary>
    /// <returns>Whether it was delivered; if not, the caller still holds the frame.</returns>
    public bool TryDeliverOrTellOffline(in OutboundFrame frame, Peer sender, ChannelId channel)
    {
        using var round = WriteRound.Join();
        lock (_lock)
        {
            var receiver = sender.Role == Role.Client ? _device : _clients.Find(channel);
            if (receiver is not null && receiver.TrySend(frame))
                return true;

            sender.SendOwn(OutboundFrame.PeerOffline(channel));
            return false;
        }
    }

    /// <summary>
    /// Tells the senders of frames that were accepted for a connection and will never be written. Not where a newer connection has
    /// its place: the PEER_CONNECTED of that one makes them resend.
    /// </summary>
    public void Undelivered(Peer receiver, IReadOnlyList<OutboundFrame>? frames)
    {
        if (frames is null or { Count: 0 })
            return;

        using var round = WriteRound.Join();
        var elsewhere = new List<IRemoteSender>();
        lock (_lock)
        {
            var told = IsCurrent(receiver) && receiver.EndReason != EndReason.Replaced ? new HashSet<ChannelId>() : null;
            foreach (var frame in frames)
            {
                if (told is not null && frame.Sender is Peer sender)
                {
                    var channel = sender.Role == Role.Client ? sender.Channel : receiver.Channel;
                    if (told.Add(channel))
                        sender.TellUndelivered(channel);
                }
                else if (told is not null && frame.Sender is IRemoteSender remote && told.Add(remote.Channel))
                {
                    elsewhere.Add(remote);
                }

                frame.Return();
            }
        }

        // Not with the lock held: another node may call this one from it.
        foreach (var sender in elsewhere)
            sender.TellUndelivered();
    }

    /// <summary>
    /// Runs what tells the backplane of this device one after the other, so that the last word is the newest. Completed at once where
    /// the backplane is in this process. The lock is not held during the call, in which another node may call this one: two that did
    /// so with their locks held would wait for each other for ever.
    /// </summary>
    public async Task InTurn(Func<Task> call)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
            (before, _turn) = (_turn, done.Task);

        try
        {
            await before;
            await call();
        }
        finally
        {
            done.SetResult();
            lock (_lock)
            {
                // Nothing is kept of the last turn.
                if (_turn == done.Task)
                    _turn = Task.CompletedTask;
            }
        }
    }

    /// <summary>
    /// Tells each client here of the device, and the device of each client. Nothing should have to wait for the outbox of a device with
    /// many clients, so this does not count against it; the number of clients bounds it.
    /// </summary>
    private void AnnounceDevice(Peer device)
    {
        foreach (var client in _clients.ToList())
        {
            if (client.IsEnding)
                continue;

            client.SendOwn(OutboundFrame.PeerConnected(client.Channel));
            device.SendOwn(OutboundFrame.PeerConnected(client.Channel), isExempt: true);
        }
    }

    /// <summary>Whether the connection has its place still.</summary>
    private bool IsCurrent([NotNullWhen(true)] Peer? peer) =>
        peer is not null && (peer.Role == Role.Device ? _device == peer : _clients.Find(peer.Channel) == peer);
}
