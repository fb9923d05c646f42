using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Sdk;

/// <summary>
/// A device's channels, of which there can be only so many. A client that just leaves tells nobody; so when the table is full, the
/// client that is known to be gone for longest makes room; where there is none, all are asked whether they are still there.
/// </summary>
internal sealed class ChannelTable(int capacity, TimeProvider time)
{
    /// <summary>Probing costs a frame for each channel, so a flood of new clients must not set off one after the other.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, SignalingChannel> _channels = new(StringComparer.Ordinal);
    private long? _lastProbe;

    public IReadOnlyCollection<SignalingChannel> All => [.. _channels.Values];

    public bool TryGet(string id, [NotNullWhen(true)] out SignalingChannel? channel) => _channels.TryGetValue(id, out channel);

    public void Add(SignalingChannel channel) => _channels[channel.Id] = channel;

    public void Remove(SignalingChannel channel) => _channels.TryRemove(new(channel.Id, channel));

    /// <summary>Whether there is room for one more, made where need be.</summary>
    public bool HasRoom()
    {
        if (_channels.Count < capacity)
            return true;
        // One only: the others may yet come back. Those that have ended are just leaving the table.
        var gone = _channels.Values.Where(channel => channel.State == ChannelState.Disconnected).MinBy(channel => channel.PeerLeftAt);
        gone?.Abandon(new ConnectionException(SignalingErrorCodes.ConnectionLost, "The client has gone, and another one needed the room."));
        if (_channels.Count < capacity)
            return true;
        Probe();
        return false;
    }

    private void Probe()
    {
        if (_lastProbe is { } last && time.GetElapsedTime(last) < ProbeInterval)
            return;
        _lastProbe = time.GetTimestamp();
        foreach (var (_, channel) in _channels)
            channel.Probe();
    }
}
