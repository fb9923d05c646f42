using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Tests.Relay;

/// <summary>A backplane that does what a test says, and remembers the calls.</summary>
internal sealed class FakeBackplane : IBackplane
{
    private long _generation;

    public IBackplaneNode Node { get; private set; } = null!;

    /// <summary>The names of the claims and releases so far, each noted when it is called.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Run in every claim and release, with its name.</summary>
    public Func<string, ValueTask> OnCall { get; set; } = _ => default;

    /// <summary>Run in every send.</summary>
    public Func<ValueTask<bool>> OnSend { get; set; } = () => new(false);

    public bool IsHealthy => true;

    public ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken)
    {
        Node = node;
        return default;
    }

    public ValueTask<long> ClaimDeviceAsync(DeviceAddress device, CancellationToken cancellationToken) => ClaimAsync("claim device");

    public ValueTask ReleaseDeviceAsync(DeviceAddress device, CancellationToken cancellationToken) => CallAsync("release device");

    public ValueTask<long> ClaimChannelAsync(DeviceAddress device, ChannelId channel, CancellationToken cancellationToken) =>
        ClaimAsync("claim channel");

    public ValueTask ReleaseChannelAsync(DeviceAddress device, ChannelId channel, CancellationToken cancellationToken) =>
        CallAsync("release channel");

    public ValueTask<bool> SendToDeviceAsync(DeviceAddress device, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => OnSend();

    public ValueTask<bool> SendToClientAsync(
        DeviceAddress device, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => OnSend();

    public ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken) => new(false);

    public ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken) => new([]);

    public ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
        new(new Dictionary<ProductId, int>());

    private async ValueTask<long> ClaimAsync(string name)
    {
        await CallAsync(name);
        return Interlocked.Increment(ref _generation);
    }

    private async ValueTask CallAsync(string name)
    {
        Calls.Enqueue(name);
        await OnCall(name);
    }
}
