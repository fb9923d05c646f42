using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;

namespace Heliograph.Server.Relay;

/// <summary>
/// The peers of this node: gives each connection its place, tells the other side, and keeps the backplane in line with who is here.
/// </summary>
internal sealed partial class RelayHub(
    IBackplane backplane,
    Router router,
    PeerList peers,
    Drain drain,
    ConnectedCounts connected,
    TakeoverLimiter takeovers,
    ActivityRecorder activity,
    RelayTraffic traffic,
    TapList taps,
    RegionDirectory regions,
    RelayMetrics metrics)
{
    private readonly ConcurrentDictionary<DeviceAddress, DeviceState> _devices = new();

    /// <summary>Devices that are connected here, or whose clients are.</summary>
    public int DeviceCount => _devices.Count;

    /// <summary>Gives a connection its place. On return the peer can be reached from every node, and the other side has been told.</summary>
    public async Task AttachAsync(Peer peer)
    {
        Peer? replaced;
        DeviceState state;
        do
        {
            state = _devices.GetOrAdd(peer.Device, static address => new(address));
        }
        while (!state.TryAttach(peer, out replaced));
        FindTap(state);

        if (replaced is null)
            connected.Came(peer);
        peers.Add(peer);
        metrics.Opened(peer.Role);
        if (peer.Role == Role.Device)
        {
            if (replaced is not null)
                takeovers.Record(peer.Device);
            activity.Connected(peer.Device);
        }

        peer.Open();
        await InTurnAsync(state, () => SettleAsync(state, peer.Place));
        if (peer.Role == Role.Client && state.Device is null)
            await router.TellDeviceElsewhereAsync(peer);
    }

    /// <summary>Takes a connection's place back. Nothing happens to a newer one that has it now.</summary>
    public async Task DetachAsync(Peer peer)
    {
        var state = peer.State;
        peer.ReturnUnwritten();
        if (peers.Remove(peer))
            metrics.Closed(peer.Role, peer.EndReason);
        if (state.TryDetach(peer))
            connected.Went(peer);

        CollectUsage(state);
        await InTurnAsync(state, () => SettleAsync(state, peer.Place));
        if (peer.Lanes is { } lanes)
            await lanes.DrainAsync();
    }

    /// <summary>Hands the counts of relayed messages to the recorder.</summary>
    public void CollectUsage()
    {
        foreach (var (_, state) in _devices)
            CollectUsage(state);
    }

    /// <summary>Ends the connections that a change of the registry leaves no ground for here.</summary>
    public void Apply(RegistryChange change)
    {
        if (change.MovedTo is { } home && regions.IsConfigured && home != regions.Own)
        {
            foreach (var peer in peers.Where(peer => peer.Device.Product == change.Product))
                peer.End(EndReason.Moved);
        }

        if (!change.Revokes)
            return;

        var ended = peers.Where(peer =>
            peer.Device.Product == change.Product
            && (change.Device is null || peer.Device.Device == change.Device)
            && (change.Deleted || peer.Ticket.Key == change.RevokedKey));
        foreach (var peer in ended)
            peer.End(EndReason.Revoked);
    }

    private void CollectUsage(DeviceState state)
    {
        var relayed = state.TakeRelayed();
        if (relayed == 0)
            return;
        activity.Relayed(state.Address, relayed);
        traffic.Add(state.Address.Product, relayed);
    }

    private async Task InTurnAsync(DeviceState state, Func<Task> call)
    {
        try
        {
            await state.InTurn(call);
        }
        finally
        {
            if (state.TryRemove())
                _devices.TryRemove(new(state.Address, state));
        }
    }

    /// <summary>
    /// Tells the backplane who has a place. It is not told of events but of what is so now: whatever happened meanwhile, the last call
    /// has it right.
    /// </summary>
    /// <param name="state">The device.</param>
    /// <param name="place">A place of it.</param>
    /// <param name="isAnew">Whether to tell it of a connection that it has been told of.</param>
    private async Task SettleAsync(DeviceState state, Place place, bool isAnew = false)
    {
        var holder = place.Channel is { } channel ? state.FindClient(channel) : state.Device;
        if (holder is null)
        {
            await backplane.ReleaseAsync(place, CancellationToken.None);
            return;
        }

        var held = holder.ClaimGeneration;
        if (held > 0 && !isAnew)
            return;
        var generation = await backplane.ClaimAsync(place, held, CancellationToken.None);
        if (held == 0)
            holder.ClaimGeneration = generation;
        else if (generation > held)
            holder.End(EndReason.Replaced);
    }
}
