using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;
using Heliograph.Server.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Relay;

public sealed class KeepAliveTests
{
    private static readonly RelayOptions Options = new()
    {
        PingInterval = TimeSpan.FromMilliseconds(100),
        PingTimeout = TimeSpan.FromMilliseconds(100),
        CloseTimeout = TimeSpan.FromMilliseconds(100),
    };

    [Fact]
    public async Task Cut_OfAPeerThatHasLeft_DoesNotHappen()
    {
        // By then its HTTP request may be over: to abort it throws, or aborts the request that its context serves now.
        var peers = new PeerList();
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var services = new ServiceCollection().AddMetrics().AddSingleton<RelayMetrics>().BuildServiceProvider();
        var metrics = services.GetRequiredService<RelayMetrics>();
        var isLeftCut = false;
        Peer? left = null;
        left = NewPeer(metrics, () => isLeftCut = true);
        var stuck = NewPeer(metrics, () =>
        {
            // The other one leaves while the keep-alive is busy with this one.
            peers.Remove(left);
            cut.TrySetResult();
        });
        peers.Add(left);
        peers.Add(stuck);
        stuck.End(EndReason.GoingAway);
        left.End(EndReason.GoingAway);

        using var keepAlive = new KeepAlive(peers, Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System);
        await keepAlive.StartAsync(CancellationToken.None);
        await cut.Task.WaitAsync(Testing.TestPeer.Patience);
        await keepAlive.StopAsync(CancellationToken.None);

        isLeftCut.ShouldBeFalse();
    }

    private static Peer NewPeer(RelayMetrics metrics, Action abort)
    {
        var ticket = new Ticket(
            Role.Device, new(ProductId.New(), DeviceId.New()), default, Authorized: true, null, DateTime.UtcNow, DateTime.UtcNow.AddHours(1));
        // Nothing is routed here.
        return new(ticket, new(new StalledStream(), Options.MaxMessageSize), router: null!, Options, metrics, new Connection(abort));
    }

    private sealed class Connection(Action abort) : IAbortable
    {
        public void Abort() => abort();
    }
}
