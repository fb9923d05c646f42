using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay;

/// <summary>
/// One connection of a device or client: its identity, its socket and its outbox. <c>Peer.Receive.cs</c> reads,
/// <c>Peer.Send.cs</c> writes and ends, <c>Peer.Watch.cs</c> is what the keep-alive looks at.
/// </summary>
internal sealed partial class Peer(Ticket ticket, SignalingSocket socket, Router router, RelayOptions options, RelayMetrics metrics, IAbortable connection)
    : IInlineReader
{
    private readonly Outbox _outbox = new(socket, options.OutboxSize, connection);
    private RemoteLanes? _lanes;

    public Ticket Ticket { get; } = ticket;

    public Role Role => Ticket.Role;

    public DeviceAddress Device => Ticket.Device;

    /// <summary>A client's channel.</summary>
    public ChannelId Channel => Ticket.Channel;

    /// <summary>Whether messages of this client are marked as authorized.</summary>
    public bool IsAuthorized => Ticket.Authorized;

    /// <summary>What it has of the cluster while it is connected.</summary>
    public Place Place => Role == Role.Device ? Place.Of(Device) : new(Device, Channel);

    /// <summary>Its frames that are on their way to other nodes; null where none ever was.</summary>
    public RemoteLanes? Lanes => _lanes;

    /// <summary>The answer to the handshake; null where it has been given.</summary>
    public byte[]? Answer { get; set; }

    /// <summary>For the log and the console.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>When the connection opened, UTC with milliseconds.</summary>
    public DateTime Opened { get; init; }

    /// <summary>The device's state that the peer is attached to. Set by <see cref="DeviceState.TryAttach"/>.</summary>
    public DeviceState State { get; set; } = null!;

    /// <summary>The generation of the node's claim that this connection led to; 0 before.</summary>
    public long ClaimGeneration { get; set; }

    /// <summary>When it was last told of that this peer sends to one that is not there.</summary>
    public DateTime ToldOffline { get; set; }

    /// <summary>The same, for one to send by; made with this where there is none yet.</summary>
    public RemoteLanes GetLanes(Func<Peer, RemoteLanes> create)
    {
        if (_lanes is null)
            Interlocked.CompareExchange(ref _lanes, create(this), null);
        return _lanes;
    }

    /// <summary>Whether the peer is in the <see cref="PeerList"/>.</summary>
    internal bool IsListed { get; set; }

    /// <summary>The neighbours in the <see cref="PeerList"/>.</summary>
    internal Peer? Previous { get; set; }

    internal Peer? Next { get; set; }
}
