using Heliograph.Protocol;
using Heliograph.Server.Live.Inspection;

namespace Heliograph.Server.Relay;

// What those who look at this node are shown.
internal sealed partial class RelayHub
{
    /// <summary>The device's connection, and those of its clients, that are on this node now.</summary>
    public (Peer? Device, IReadOnlyList<Peer> Clients) PeersOf(DeviceAddress device) =>
        _devices.TryGetValue(device, out var state) ? state.Peers : (null, []);

    /// <summary>Has what goes through the device's channels captured, or no longer.</summary>
    public void SetTap(DeviceAddress device, DeviceTap? tap)
    {
        // A state that is made meanwhile takes it from the list.
        if (_devices.TryGetValue(device, out var state))
            state.Tap = tap;
    }

    /// <summary>Until it is the one of the list: between a look there and the write here, <see cref="SetTap"/> may have been called.</summary>
    private void FindTap(DeviceState state)
    {
        DeviceTap? tap;
        do
        {
            state.Tap = tap = taps.Find(state.Address);
            // The write before the next look, on every processor.
            Interlocked.MemoryBarrier();
        }
        while (taps.Find(state.Address) != tap);
    }
}
