using Heliograph.Protocol;

namespace Heliograph.Server.Relay;

/// <summary>The clients of a device by their channels. Most devices have one: it is kept without a table. Not for several threads at once.</summary>
internal struct DeviceClients
{
    private Peer? _only;
    private Dictionary<ChannelId, Peer>? _several;

    public readonly int Count => _several?.Count ?? (_only is null ? 0 : 1);

    public readonly Peer? Find(ChannelId channel) =>
        _several is null ? (_only?.Channel == channel ? _only : null) : _several.GetValueOrDefault(channel);

    /// <summary>Puts a client in the place of its channel.</summary>
    /// <returns>The one that had it.</returns>
    public Peer? Put(Peer client)
    {
        var replaced = Find(client.Channel);
        if (_several is null && (_only is null || replaced is not null))
        {
            _only = client;
            return replaced;
        }

        if (_several is null)
        {
            _several = new() { [_only!.Channel] = _only };
            _only = null;
        }

        _several[client.Channel] = client;
        return replaced;
    }

    public void Remove(ChannelId channel)
    {
        _several?.Remove(channel);
        if (_only?.Channel == channel)
            _only = null;
        if (_several is { Count: 0 })
            _several = null;
    }

    public readonly IReadOnlyList<Peer> ToList() => _several is not null ? [.. _several.Values] : _only is not null ? [_only] : [];
}
