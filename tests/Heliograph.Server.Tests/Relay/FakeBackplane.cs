using System.Collections.Concurrent;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Tests.Relay;

/// <summary>A backplane that does what a test says, and remembers the calls.</summary>
internal sealed class FakeBackplane : IBackplane
{
    private long _generation;

    public IBackplaneNode Node { get; private set; } = null!;

    /// <summary>The names of the claims and releases so far, each noted when it is called.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Run in every claim and release, with its name.</summary>
    public Func<string, ValueTask> OnCall { get; set; } = _ => default;

    /// <summary>Run in every send.</summary>
    public Func<Place, ValueTask<bool>> OnSend { get; set; } = _ => new(false);

    /// <summary>What was sent, each noted when it is.</summary>
    public ConcurrentQueue<(Place To, string Text)> Sent { get; } = new();

    public BackplaneState State => BackplaneState.Connected;

    public ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken)
    {
        Node = node;
        return default;
    }

    public ValueTask LeaveAsync(CancellationToken cancellationToken) => default;

    public async ValueTask<long> ClaimAsync(Place place, long held, CancellationToken cancellationToken)
    {
        await CallAsync(place.IsDevice ? "claim device" : "claim channel");
        return Interlocked.Increment(ref _generation);
    }

    public ValueTask ReleaseAsync(Place place, CancellationToken cancellationToken) => CallAsync(place.IsDevice ? "release device" : "release channel");

    public ValueTask<bool> SendAsync(Place to, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        Sent.Enqueue((to, Encoding.UTF8.GetString(frame.Span)));
        return OnSend(to);
    }

    public ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken) => new(false);

    public ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken) => new([]);

    public ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
        new(new Dictionary<ProductId, int>());

    private async ValueTask CallAsync(string name)
    {
        Calls.Enqueue(name);
        await OnCall(name);
    }
}
