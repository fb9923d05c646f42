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
    PeerList peers,
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
            await InTurnAsync(state, () => ClaimDeviceAsync(state));
        }
        else
        {
            await InTurnAsync(state, () => ClaimChannelAsync(state, peer.Channel));
            if (state.Device is null)
                await TellRemoteDeviceAsync(state.Address, peer.Channel);
        }
    }

    /// <summary>Takes a connection's place back. Nothing happens to a newer one that has it now.</summary>
    public async Task DetachAsync(Peer peer)
    {
        var state = peer.State;
        peer.ReturnUnwritten();
        peers.Remove(peer);
        metrics.Closed(peer.Role, peer.EndReason);
        if (state.TryDetach(peer))
            connected.Went(peer);

        CollectUsage(state);
        await InTurnAsync(state, () => peer.Role == Role.Device ? ClaimDeviceAsync(state) : ClaimChannelAsync(state, peer.Channel));
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

    // Told the backplane are not events but what is so now: whatever happened meanwhile, the last call has it right.
    private async Task ClaimDeviceAsync(DeviceState state)
    {
        if (state.Device is { } device)
            device.ClaimGeneration = await backplane.ClaimDeviceAsync(state.Address, CancellationToken.None);
        else
            await backplane.ReleaseDeviceAsync(state.Address, CancellationToken.None);
    }

    private async Task ClaimChannelAsync(DeviceState state, ChannelId channel)
    {
        if (state.FindClient(channel) is { } client)
            client.ClaimGeneration = await backplane.ClaimChannelAsync(state.Address, channel, CancellationToken.None);
        else
            await backplane.ReleaseChannelAsync(state.Address, channel, CancellationToken.None);
    }

    /// <summary>Tells the device, if another node holds it, that a client of it is connected here.</summary>
    private async ValueTask TellRemoteDeviceAsync(DeviceAddress device, ChannelId channel)
    {
        var frame = OutboundFrame.PeerConnected(channel);
        await backplane.SendToDeviceAsync(device, frame.GetText(), CancellationToken.None);
        frame.Return();
    }
}
