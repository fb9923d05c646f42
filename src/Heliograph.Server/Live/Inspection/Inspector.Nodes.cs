using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Server.Live.Nodes;

namespace Heliograph.Server.Live.Inspection;

// What nodes ask of each other's taps, and tell.
internal sealed partial class Inspector
{
    /// <summary>How many looks of one node are told to. A node's own pages are bounded.</summary>
    private const int MaxLeasesOfNode = 1000;

    /// <summary>How many showings that were ended are remembered: what is still told of them is late.</summary>
    private const int MaxEnded = 1000;

    private const int MaxClients = 100;

    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(1);

    /// <summary>A showing that ends so little later than another is the same to everybody.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DeviceTap> _looks = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Node, string Look), TapLease> _leases = [];
    private readonly RecentlyUsed<string, bool> _endedShowings = new(MaxEnded);

    private void ListenToNodes()
    {
        _bus.Listen(NodeTopics.TapWanted, NodeJson.Wire.TapWant, TakeWant);
        _bus.Listen(NodeTopics.TapNews, NodeJson.Wire.TapNews, TakeNews);
        _bus.Listen(NodeTopics.ContentHidden, NodeJson.Wire.ContentHide, TakeHide);
    }

    /// <summary>Asks the other nodes to tell what they see of the device, and for how long contents are shown.</summary>
    private void Ask(DeviceTap tap, TapLook look)
    {
        look.RenewAt = _time.GetUtcNow().UtcDateTime + NodeTelling.RenewInterval;
        var showing = tap.Showing;
        TellWant(tap, look, NodeTelling.LeaseTime, showing?.Id, showing is { } shown ? shown.Until - _time.GetUtcNow().UtcDateTime : TimeSpan.Zero);
    }

    private void TellOfEnd(DeviceTap tap, TapLook look) => TellWant(tap, look, TimeSpan.Zero, null, TimeSpan.Zero);

    private void TellWant(DeviceTap tap, TapLook look, TimeSpan lease, string? showing, TimeSpan left)
    {
        if (_bus.Reachable().Count == 0)
            return;
        var want = new TapWant
        {
            Look = look.Id,
            Organization = tap.Organization,
            Product = tap.Device.Product.Value,
            Device = tap.Device.Device.Value,
            Seconds = lease.TotalSeconds,
            Showing = left > TimeSpan.Zero ? showing : null,
            ShowingSeconds = Math.Max(0, left.TotalSeconds),
        };
        _bus.Tell(NodeTopics.TapWanted, want, NodeJson.Wire.TapWant);
    }

    private void TakeWant(string node, TapWant want)
    {
        if (!TryRead(want.Product, want.Device, out var device))
            return;
        var now = _time.GetUtcNow().UtcDateTime;
        DeviceTap? joined = null;
        lock (_lock)
        {
            var key = (node, want.Look);
            if (want.Seconds <= 0)
            {
                _leases.Remove(key);
                return;
            }

            if (!_leases.TryGetValue(key, out var lease))
            {
                if (_leases.Keys.Count(x => x.Node == node) >= MaxLeasesOfNode)
                    return;
                lease = new(node, want.Look, GetTap(want.Organization, device), _time);
                _leases.Add(key, lease);
            }

            lease.Until = now + TimeSpan.FromSeconds(Math.Min(want.Seconds, LongestLease.TotalSeconds));
            lease.HasContent = want.Showing is { } showing && !_endedShowings.TryGet(showing, out _);
            var left = TimeSpan.FromSeconds(Math.Clamp(want.ShowingSeconds, 0, _options.Value.ContentTime.TotalSeconds));
            if (lease.HasContent && JoinShowing(lease.Tap, want.Showing!, left))
                joined = lease.Tap;
        }

        // Those who look here are to see contents, too.
        if (joined?.Look is { } look)
            Ask(joined, look);
    }

    /// <summary>A showing of another node is one of this node, too: never longer than it was when it was first heard of.</summary>
    /// <returns>Whether it is new here.</returns>
    private bool JoinShowing(DeviceTap tap, string showing, TimeSpan left)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var own = tap.Showing;
        if (own is not null && (own.Value.Id == showing || now + left <= own.Value.Until + Tolerance))
            return false;
        tap.ShowContent(showing, now, now + left);
        return true;
    }

    private void TakeNews(string node, TapNews news)
    {
        if (_looks.TryGetValue(news.Look, out var tap) && tap.Look is { } look && look.Id == news.Look)
            tap.Hold(look.Take(node, news));
    }

    private void TakeHide(string node, ContentHide hide)
    {
        if (!TryRead(hide.Product, hide.Device, out var device))
            return;
        lock (_lock)
            _endedShowings.GetOrAdd(hide.Showing, static () => true);
        if (_taps.Find(device) is { } tap)
            EndShowing(tap, isForAll: false);
    }

    /// <summary>Ends the showing of contents.</summary>
    /// <param name="tap">The tap.</param>
    /// <param name="isForAll">Whether the other nodes are told; else they know, or find out by themselves.</param>
    /// <returns>Whether there was one.</returns>
    private bool EndShowing(DeviceTap tap, bool isForAll)
    {
        if (tap.HideContent() is not { } showing)
            return false;
        lock (_lock)
        {
            _endedShowings.GetOrAdd(showing, static () => true);
            foreach (var lease in _leases.Values.Where(x => x.Tap == tap))
                lease.HasContent = false;
        }

        if (isForAll && _bus.Reachable().Count > 0)
        {
            var hide = new ContentHide { Product = tap.Device.Product.Value, Device = tap.Device.Device.Value, Showing = showing };
            _bus.Tell(NodeTopics.ContentHidden, hide, NodeJson.Wire.ContentHide);
        }

        return true;
    }

    /// <summary>Tells those on other nodes who look at a tap what it has captured, and who is here.</summary>
    private void Forward(DeviceTap tap, IReadOnlyList<StoryItem> items, DateTime upTo, DateTime now)
    {
        List<TapLease> leases;
        lock (_lock)
        {
            foreach (var (key, _) in _leases.Where(x => x.Value.Tap == tap && x.Value.Until <= now).ToList())
                _leases.Remove(key);
            leases = [.. _leases.Values.Where(x => x.Tap == tap)];
        }

        if (leases.Count == 0)
            return;
        var peers = PeersOf(tap.Device);
        foreach (var lease in leases)
            lease.Tell(_bus, items, upTo, peers);
    }

    private TapPeers PeersOf(DeviceAddress device)
    {
        var (connected, clients) = _hub.PeersOf(device);
        return new()
        {
            Device = connected is { IsEnding: false } ? connected.Opened : null,
            ClientCount = clients.Count,
            Clients =
            [
                .. clients.OrderByDescending(x => x.Opened).Take(MaxClients)
                    .Select(x => new NodeConnection { Channel = ChannelName.Of(x.Channel), Since = x.Opened, IsAuthorized = x.IsAuthorized }),
            ],
        };
    }

    /// <summary>Whether somebody on another node looks. Under the lock.</summary>
    private bool IsLeased(DeviceTap tap) => _leases.Values.Any(x => x.Tap == tap);

    /// <summary>Under the lock.</summary>
    private void EndLeases(DeviceTap tap)
    {
        foreach (var (key, _) in _leases.Where(x => x.Value.Tap == tap).ToList())
            _leases.Remove(key);
    }

    private static bool TryRead(string productId, string deviceId, out DeviceAddress device)
    {
        device = default;
        if (!ProductId.TryParse(productId, out var product) || !DeviceId.TryParse(deviceId, out var id))
            return false;
        device = new(product, id);
        return true;
    }
}
