using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Relay;

// What this node does for the others.
internal sealed partial class RelayHub : IBackplaneNode
{
    /// <summary>How many devices are claimed again at a time: enough to fill the backplane's batches.</summary>
    private const int MaxClaims = 500;

    public NodeLoad Load => metrics.Load with { IsStopping = drain.HasBegun };

    public bool Deliver(Place to, ChannelId channel, ReadOnlySpan<byte> text, IRemoteSender sender)
    {
        if (FindPeer(to) is not { } peer)
            return false;

        var frame = OutboundFrame.Text(text, sender);
        if (peer.TrySend(frame))
            return true;
        frame.Return();
        return false;
    }

    public void Undelivered(Place sender, ChannelId channel) => FindPeer(sender)?.TellUndelivered(channel);

    /// <summary>Ends a connection whose claim is older. One that has no claim yet will make a newer one.</summary>
    public void LetGo(Place place, long newerGeneration)
    {
        if (FindPeer(place) is { ClaimGeneration: > 0 } peer && peer.ClaimGeneration < newerGeneration)
            peer.End(EndReason.Replaced);
    }

    public void DeviceConnected(DeviceAddress device)
    {
        if (!_devices.TryGetValue(device, out var state))
            return;

        foreach (var client in state.AnnounceRemoteDevice())
        {
            // Owned by the client's lanes; nobody waits for it.
            _ = router.TellDeviceElsewhereAsync(client).AsTask();
        }
    }

    public Task ClaimAllAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxClaims, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(_devices.Values, options, async (state, stopping) =>
        {
            var (device, clients) = state.Peers;
            var places = clients.Select(x => x.Place).Concat(device is null ? [] : [device.Place]);
            await InTurnAsync(state, () => Task.WhenAll(places.Select(place => SettleAsync(state, place, isAnew: true))));
            if (clients.Count > 0 && state.Device is null && await backplane.IsDeviceOnlineAsync(state.Address, stopping))
                DeviceConnected(state.Address);
        });
    }

    public void CutOff() => drain.SendAway();

    private Peer? FindPeer(Place place) =>
        !_devices.TryGetValue(place.Device, out var state) ? null
        : place.Channel is { } channel ? state.FindClient(channel)
        : state.Device;
}
