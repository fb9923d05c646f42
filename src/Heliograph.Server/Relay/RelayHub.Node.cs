using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Relay;

// What this node does for the others.
internal sealed partial class RelayHub : IBackplaneNode
{
    public bool DeliverToDevice(DeviceAddress device, ReadOnlySpan<byte> frame) =>
        _devices.TryGetValue(device, out var state) && Deliver(state.Device, frame);

    public bool DeliverToClient(DeviceAddress device, ChannelId channel, ReadOnlySpan<byte> frame) =>
        _devices.TryGetValue(device, out var state) && Deliver(state.FindClient(channel), frame);

    public void LetGoOfDevice(DeviceAddress device, long newerGeneration)
    {
        if (_devices.TryGetValue(device, out var state))
            LetGo(state.Device, newerGeneration);
    }

    public void LetGoOfChannel(DeviceAddress device, ChannelId channel, long newerGeneration)
    {
        if (_devices.TryGetValue(device, out var state))
            LetGo(state.FindClient(channel), newerGeneration);
    }

    public void DeviceConnected(DeviceAddress device)
    {
        if (!_devices.TryGetValue(device, out var state))
            return;

        var channels = state.AnnounceRemoteDevice();
        // In turn with this node's other calls about the device; nobody waits for it.
        _ = InTurnAsync(state, async () =>
        {
            foreach (var channel in channels)
                await TellRemoteDeviceAsync(device, channel);
        });
    }

    private static bool Deliver(Peer? peer, ReadOnlySpan<byte> text)
    {
        if (peer is null)
            return false;

        var frame = OutboundFrame.Text(text);
        if (peer.TrySend(frame))
            return true;
        frame.Return();
        return false;
    }

    /// <summary>Ends a connection whose claim is older. One that has no claim yet will make a newer one.</summary>
    private static void LetGo(Peer? peer, long newerGeneration)
    {
        if (peer is not null && peer.ClaimGeneration > 0 && peer.ClaimGeneration < newerGeneration)
            peer.End(EndReason.Replaced);
    }
}
