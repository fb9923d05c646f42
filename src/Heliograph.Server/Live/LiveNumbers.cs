using Heliograph.Protocol;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live;

/// <summary>
/// How many are connected, and how much they say, by product. Messages are collected when somebody asks, and once for all who ask within
/// the same second.
/// </summary>
internal sealed class LiveNumbers(RelayHub hub, ConnectedCounts connected, RelayTraffic traffic, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(900);

    private readonly Lock _lock = new();
    private long _readAt;

    /// <summary>The sum of some products. Messages are those since the watch began.</summary>
    public (int Devices, int Clients, long Messages) Read(IEnumerable<ProductId> products)
    {
        lock (_lock)
        {
            if (_readAt == 0 || time.GetElapsedTime(_readAt) > Lifetime)
            {
                hub.CollectUsage();
                _readAt = time.GetTimestamp();
            }
        }

        var (devices, clients, messages) = (0, 0, 0L);
        foreach (var product in products)
        {
            var count = connected.Of(product);
            devices += count.Devices;
            clients += count.Clients;
            messages += traffic.Read(product);
        }

        return (devices, clients, messages);
    }
}
