using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live;

/// <summary>
/// How many are connected, and how much they say, by product. Counted when somebody asks, and once for all who ask within the same
/// second.
/// </summary>
internal sealed class LiveNumbers(RelayHub hub, PeerList peers, RelayTraffic traffic, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(900);

    private readonly Lock _lock = new();
    private Dictionary<ProductId, (int Devices, int Clients)> _connected = [];
    private long _readAt;

    /// <summary>The sum of some products. Messages are those since the watch began.</summary>
    public (int Devices, int Clients, long Messages) Read(IEnumerable<ProductId> products)
    {
        lock (_lock)
        {
            if (_readAt == 0 || time.GetElapsedTime(_readAt) > Lifetime)
                Count();
            var (devices, clients, messages) = (0, 0, 0L);
            foreach (var product in products)
            {
                var connected = _connected.GetValueOrDefault(product);
                devices += connected.Devices;
                clients += connected.Clients;
                messages += traffic.Read(product);
            }

            return (devices, clients, messages);
        }
    }

    private void Count()
    {
        hub.CollectUsage();
        var connected = new Dictionary<ProductId, (int Devices, int Clients)>();
        peers.Where(peer =>
        {
            if (!peer.IsEnding)
            {
                var count = connected.GetValueOrDefault(peer.Device.Product);
                connected[peer.Device.Product] = peer.Role == Role.Device ? (count.Devices + 1, count.Clients) : (count.Devices, count.Clients + 1);
            }

            return false;
        });
        _connected = connected;
        _readAt = time.GetTimestamp();
    }
}
