using System.Globalization;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Backplane;

/// <summary>What every backplane keeps; a class per backplane makes the nodes.</summary>
public abstract class BackplaneContract : IAsyncLifetime
{
    private const string Topic = "test";

    private readonly DeviceAddress _device = new(ProductId.New(), DeviceId.New());
    private readonly ChannelId _channel = ChannelId.New();

    private (IBackplane Backplane, RecordingNode Node) A { get; set; }

    private (IBackplane Backplane, RecordingNode Node) B { get; set; }

    private (IBackplane Backplane, RecordingNode Node) C { get; set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        A = await JoinAsync("a");
        B = await JoinAsync("b");
        C = await JoinAsync("c");
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>A node of the one cluster of this test.</summary>
    /// <param name="name">The node's name; those of a test come in the order of the alphabet.</param>
    internal abstract ValueTask<IBackplane> CreateAsync(string name);

    [Fact]
    public async Task ClaimDevice_Free_IsOnlineForOthers()
    {
        (await B.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeFalse();
        await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        (await B.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeTrue();

        await A.Backplane.ReleaseAsync(Place.Of(_device), Cancellation);
        (await B.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task OnlineDevices_OfAProduct_AreThoseThatOtherNodesHold()
    {
        var (product, mine, theirs, released) = (_device.Product, DeviceId.New(), DeviceId.New(), DeviceId.New());
        await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await A.Backplane.ClaimAsync(Place.Of(new(ProductId.New(), DeviceId.New())), 0, Cancellation);
        await B.Backplane.ClaimAsync(Place.Of(new(product, mine)), 0, Cancellation);
        await C.Backplane.ClaimAsync(Place.Of(new(product, theirs)), 0, Cancellation);
        await C.Backplane.ClaimAsync(Place.Of(new(product, released)), 0, Cancellation);
        await C.Backplane.ReleaseAsync(Place.Of(new(product, released)), Cancellation);

        (await B.Backplane.OnlineDevicesAsync(product, Cancellation)).ShouldBe([_device.Device, theirs], ignoreOrder: true);
        (await B.Backplane.OnlineDevicesAsync(ProductId.New(), Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CountDevices_CountsThoseThatAnyNodeHoldsOnce()
    {
        var (other, nobodys) = (ProductId.New(), ProductId.New());
        await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await A.Backplane.ReleaseAsync(Place.Of(_device), Cancellation);
        await C.Backplane.ClaimAsync(Place.Of(new(_device.Product, DeviceId.New())), 0, Cancellation);
        var gone = new DeviceAddress(other, DeviceId.New());
        await C.Backplane.ClaimAsync(Place.Of(gone), 0, Cancellation);
        await C.Backplane.ReleaseAsync(Place.Of(gone), Cancellation);
        await C.Backplane.ReleaseAsync(Place.Of(gone), Cancellation);

        var counts = await A.Backplane.CountDevicesAsync([_device.Product, other, nobodys], Cancellation);

        counts.GetValueOrDefault(_device.Product).ShouldBe(2);
        counts.GetValueOrDefault(other).ShouldBe(0);
        counts.GetValueOrDefault(nobodys).ShouldBe(0);
    }

    [Fact]
    public async Task ClaimDevice_HeldByAnother_OlderHolderLetsGo()
    {
        var older = await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        var newer = await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);

        newer.ShouldBeGreaterThan(older);
        await ToldAsync(A.Node, $"let go of {_device} for {newer}");
        B.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ClaimDevice_AgainByTheSame_TellsNobodyToLetGo()
    {
        var older = await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        var newer = await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);

        newer.ShouldBeGreaterThan(older);
        await SettledAsync();
        A.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ClaimDevice_Watched_EveryOtherWatchingNodeIsToldOnce()
    {
        await A.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);
        await A.Backplane.ClaimAsync(new(_device, ChannelId.New()), 0, Cancellation);
        await B.Backplane.ClaimAsync(new(_device, ChannelId.New()), 0, Cancellation);

        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);

        await ToldAsync(A.Node, $"connected {_device}");
        await SettledAsync();
        A.Node.Calls.Count.ShouldBe(1);
        B.Node.Calls.ShouldBeEmpty();
        C.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReleaseChannel_LastOne_IsNoLongerWatching()
    {
        await A.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);
        await A.Backplane.ReleaseAsync(new(_device, _channel), Cancellation);

        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);

        await SettledAsync();
        A.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReleaseDevice_ClaimedByAnotherSince_ChangesNothing()
    {
        await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);

        await A.Backplane.ReleaseAsync(Place.Of(_device), Cancellation);

        (await C.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task ClaimChannel_HeldByAnother_OlderHolderLetsGo()
    {
        var older = await A.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);
        var newer = await B.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);

        newer.ShouldBeGreaterThan(older);
        await ToldAsync(A.Node, $"let go of {_channel} of {_device} for {newer}");
    }

    [Fact]
    public async Task Send_NobodyHoldsTheReceiver_IsFalse()
    {
        (await A.Backplane.SendAsync(Place.Of(_device), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
        (await A.Backplane.SendAsync(new(_device, _channel), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_HolderNoLongerHasTheConnection_IsFalse()
    {
        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await B.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);
        B.Node.HoldsReceivers = false;

        (await A.Backplane.SendAsync(Place.Of(_device), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
        (await A.Backplane.SendAsync(new(_device, _channel), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_ChannelOfAnotherDevice_IsFalse()
    {
        await B.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);
        var other = new DeviceAddress(_device.Product, DeviceId.New());

        (await A.Backplane.SendAsync(new(other, _channel), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_ManyFrames_ArriveInOrderAtTheNewestHolder()
    {
        await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await SettledAsync();
        var numbers = Enumerable.Range(0, 200).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();

        foreach (var number in numbers)
            (await C.Backplane.SendAsync(Place.Of(_device), _channel, Encoding.UTF8.GetBytes(number), Cancellation)).ShouldBeTrue();

        await ToldAsync(B.Node, $"frame for {_device}: 199");
        B.Node.Calls.ShouldBe(numbers.Select(number => $"frame for {_device}: {number}"));
    }

    [Fact]
    public async Task ClaimDevice_Renewed_KeepsItsGenerationAndTellsWatchersAgain()
    {
        var held = await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await B.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);

        (await A.Backplane.ClaimAsync(Place.Of(_device), held, Cancellation)).ShouldBe(held);

        await ToldAsync(B.Node, $"connected {_device}");
        A.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ClaimDevice_RenewedAfterANewerClaim_IsTheNewerOnes()
    {
        var older = await A.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        var newer = await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);

        (await A.Backplane.ClaimAsync(Place.Of(_device), older, Cancellation)).ShouldBe(newer);

        (await C.Backplane.SendAsync(Place.Of(_device), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeTrue();
        await ToldAsync(B.Node, $"frame for {_device}: x");
    }

    [Fact]
    public async Task Claim_RenewedAfterAReleaseByOthers_IsMadeGood()
    {
        var held = await A.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);
        await A.Backplane.ReleaseAsync(new(_device, _channel), Cancellation);

        (await A.Backplane.ClaimAsync(new(_device, _channel), held, Cancellation)).ShouldBe(held);

        (await B.Backplane.SendAsync(new(_device, _channel), _channel, "x"u8.ToArray(), Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Undelivered_ToldByTheReceiversNode_ReachesTheSender()
    {
        await B.Backplane.ClaimAsync(Place.Of(_device), 0, Cancellation);
        await B.Backplane.ClaimAsync(new(_device, _channel), 0, Cancellation);

        await A.Backplane.SendAsync(Place.Of(_device), _channel, "x"u8.ToArray(), Cancellation);
        B.Node.LastSender!.TellUndelivered();
        await ToldAsync(A.Node, $"undelivered of {_channel} of {_device} on {_channel}");

        await A.Backplane.SendAsync(new(_device, _channel), _channel, "x"u8.ToArray(), Cancellation);
        B.Node.LastSender!.TellUndelivered();
        await ToldAsync(A.Node, $"undelivered of {_device} on {_channel}");
    }

    [Fact]
    public async Task Tell_AllOrOne_ReachesWhoListens()
    {
        var (a, b, c) = ((INodeBus)A.Backplane, (INodeBus)B.Backplane, (INodeBus)C.Backplane);
        await Eventually.HoldsAsync("a has heard of all", () => a.Nodes.Count == 3);

        a.Tell(Topic, "all"u8);
        a.Tell("of nobody", "lost"u8);
        a.Tell(Topic, "one"u8, b.Name);
        a.Tell(Topic, "end"u8);

        await ToldAsync(B.Node, $"{a.Name} told: end");
        await ToldAsync(C.Node, $"{a.Name} told: end");
        B.Node.Calls.ShouldBe([$"{a.Name} told: all", $"{a.Name} told: one", $"{a.Name} told: end"]);
        C.Node.Calls.ShouldBe([$"{a.Name} told: all", $"{a.Name} told: end"]);
        A.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nodes_AreListedWithTheirLoad()
    {
        B.Node.Load = new(3, 2, 10, 1, IsStopping: false);
        C.Node.Load = new(0, 0, 0, 0, IsStopping: true);

        await Eventually.HoldsAsync("all nodes are listed as they are", () =>
            ((INodeBus)A.Backplane).Nodes is var nodes
            && nodes.Select(x => x.Name).SequenceEqual([((INodeBus)A.Backplane).Name, ((INodeBus)B.Backplane).Name, ((INodeBus)C.Backplane).Name])
            && nodes[1].Load == B.Node.Load && nodes[1].State == NodeState.Ready && nodes[2].State == NodeState.Leaving);
    }

    private static Task ToldAsync(RecordingNode node, string call) => Eventually.HoldsAsync(call, () => node.Calls.Contains(call));

    /// <summary>Returns when whatever was on its way to any node has arrived: a frame sent after it has.</summary>
    private async Task SettledAsync()
    {
        foreach (var (backplane, node) in new[] { A, B, C })
            await FlushAsync(backplane, node);
    }

    private async Task FlushAsync(IBackplane backplane, RecordingNode node)
    {
        var marker = new DeviceAddress(_device.Product, DeviceId.New());
        await backplane.ClaimAsync(Place.Of(marker), 0, Cancellation);
        var sender = backplane == A.Backplane ? B.Backplane : A.Backplane;
        await sender.SendAsync(Place.Of(marker), _channel, "settled"u8.ToArray(), Cancellation);
        await ToldAsync(node, $"frame for {marker}: settled");
        var kept = node.Calls.Where(call => !call.Contains("settled", StringComparison.Ordinal)).ToList();
        node.Calls.Clear();
        kept.ForEach(node.Calls.Enqueue);
    }

    private async Task<(IBackplane, RecordingNode)> JoinAsync(string name)
    {
        var backplane = await CreateAsync(name);
        var node = new RecordingNode();
        ((INodeBus)backplane).Listen(Topic, (from, body) => node.Calls.Enqueue($"{from} told: {Encoding.UTF8.GetString(body)}"));
        await backplane.JoinAsync(node, Cancellation);
        return (backplane, node);
    }
}
