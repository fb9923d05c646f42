using System.Collections.Concurrent;
using Heliograph.Protocol;

namespace Heliograph.Server.Live.Inspection;

/// <summary>The devices that somebody inspects now.</summary>
internal sealed class TapList
{
    private readonly ConcurrentDictionary<DeviceAddress, DeviceTap> _taps = new();

    public int Count => _taps.Count;

    public IEnumerable<DeviceTap> All => _taps.Values;

    public DeviceTap? Find(DeviceAddress device) => _taps.GetValueOrDefault(device);

    public void Add(DeviceTap tap) => _taps[tap.Device] = tap;

    public void Remove(DeviceTap tap) => _taps.TryRemove(new(tap.Device, tap));
}
