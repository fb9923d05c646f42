using System.Globalization;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Backplane;

/// <summary>What every backplane keeps; a class per backplane makes the nodes.</summary>
public abstract class BackplaneContract : IAsyncLifetime
{
    private readonly DeviceAddress _device = new(ProductId.New(), DeviceId.New());
    private readonly ChannelId _channel = ChannelId.New();

    private (IBackplane Backplane, RecordingNode Node) A { get; set; }

    private (IBackplane Backplane, RecordingNode Node) B { get; set; }

    private (IBackplane Backplane, RecordingNode Node) C { get; set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        A = await JoinAsync();
        B = await JoinAsync();
        C = await JoinAsync();
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>A node of the one cluster of this test.</summary>
    internal abstract ValueTask<IBackplane> CreateAsync();

    [Fact]
    public async Task ClaimDevice_Free_IsOnlineForOthers()
    {
        (await B.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeFalse();
        await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        (await B.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeTrue();

        await A.Backplane.ReleaseDeviceAsync(_device, Cancellation);
        (await B.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task OnlineDevices_OfAProduct_AreThoseThatOtherNodesHold()
    {
        var (product, mine, theirs, released) = (_device.Product, DeviceId.New(), DeviceId.New(), DeviceId.New());
        await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await A.Backplane.ClaimDeviceAsync(new(ProductId.New(), DeviceId.New()), Cancellation);
        await B.Backplane.ClaimDeviceAsync(new(product, mine), Cancellation);
        await C.Backplane.ClaimDeviceAsync(new(product, theirs), Cancellation);
        await C.Backplane.ClaimDeviceAsync(new(product, released), Cancellation);
        await C.Backplane.ReleaseDeviceAsync(new(product, released), Cancellation);

        (await B.Backplane.OnlineDevicesAsync(product, Cancellation)).ShouldBe([_device.Device, theirs], ignoreOrder: true);
        (await B.Backplane.OnlineDevicesAsync(ProductId.New(), Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CountDevices_CountsThoseThatAnyNodeHoldsOnce()
    {
        var (other, nobodys) = (ProductId.New(), ProductId.New());
        await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await B.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await A.Backplane.ReleaseDeviceAsync(_device, Cancellation);
        await C.Backplane.ClaimDeviceAsync(new(_device.Product, DeviceId.New()), Cancellation);
        var gone = new DeviceAddress(other, DeviceId.New());
        await C.Backplane.ClaimDeviceAsync(gone, Cancellation);
        await C.Backplane.ReleaseDeviceAsync(gone, Cancellation);
        await C.Backplane.ReleaseDeviceAsync(gone, Cancellation);

        var counts = await A.Backplane.CountDevicesAsync([_device.Product, other, nobodys], Cancellation);

        counts.GetValueOrDefault(_device.Product).ShouldBe(2);
        counts.GetValueOrDefault(other).ShouldBe(0);
        counts.GetValueOrDefault(nobodys).ShouldBe(0);
    }

    [Fact]
    public async Task ClaimDevice_HeldByAnother_OlderHolderLetsGo()
    {
        var older = await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        var newer = await B.Backplane.ClaimDeviceAsync(_device, Cancellation);

        newer.ShouldBeGreaterThan(older);
        await ToldAsync(A.Node, $"let go of {_device} for {newer}");
        B.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ClaimDevice_AgainByTheSame_TellsNobodyToLetGo()
    {
        var older = await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        var newer = await A.Backplane.ClaimDeviceAsync(_device, Cancellation);

        newer.ShouldBeGreaterThan(older);
        await SettledAsync();
        A.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ClaimDevice_Watched_EveryOtherWatchingNodeIsToldOnce()
    {
        await A.Backplane.ClaimChannelAsync(_device, _channel, Cancellation);
        await A.Backplane.ClaimChannelAsync(_device, ChannelId.New(), Cancellation);
        await B.Backplane.ClaimChannelAsync(_device, ChannelId.New(), Cancellation);

        await B.Backplane.ClaimDeviceAsync(_device, Cancellation);

        await ToldAsync(A.Node, $"connected {_device}");
        await SettledAsync();
        A.Node.Calls.Count.ShouldBe(1);
        B.Node.Calls.ShouldBeEmpty();
        C.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReleaseChannel_LastOne_IsNoLongerWatching()
    {
        await A.Backplane.ClaimChannelAsync(_device, _channel, Cancellation);
        await A.Backplane.ReleaseChannelAsync(_device, _channel, Cancellation);

        await B.Backplane.ClaimDeviceAsync(_device, Cancellation);

        await SettledAsync();
        A.Node.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReleaseDevice_ClaimedByAnotherSince_ChangesNothing()
    {
        await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await B.Backplane.ClaimDeviceAsync(_device, Cancellation);

        await A.Backplane.ReleaseDeviceAsync(_device, Cancellation);

        (await C.Backplane.IsDeviceOnlineAsync(_device, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task ClaimChannel_HeldByAnother_OlderHolderLetsGo()
    {
        var older = await A.Backplane.ClaimChannelAsync(_device, _channel, Cancellation);
        var newer = await B.Backplane.ClaimChannelAsync(_device, _channel, Cancellation);

        newer.ShouldBeGreaterThan(older);
        await ToldAsync(A.Node, $"let go of {_channel} of {_device} for {newer}");
    }

    [Fact]
    public async Task Send_NobodyHoldsTheReceiver_IsFalse()
    {
        (await A.Backplane.SendToDeviceAsync(_device, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
        (await A.Backplane.SendToClientAsync(_device, _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_HolderNoLongerHasTheConnection_IsFalse()
    {
        await B.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await B.Backplane.ClaimChannelAsync(_device, _channel, Cancellation);
        B.Node.HoldsReceivers = false;

        (await A.Backplane.SendToDeviceAsync(_device, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
        (await A.Backplane.SendToClientAsync(_device, _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_ChannelOfAnotherDevice_IsFalse()
    {
        await B.Backplane.ClaimChannelAsync(_device, _channel, Cancellation);
        var other = new DeviceAddress(_device.Product, DeviceId.New());

        (await A.Backplane.SendToClientAsync(other, _channel, "x"u8.ToArray(), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_ManyFrames_ArriveInOrderAtTheNewestHolder()
    {
        await A.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await B.Backplane.ClaimDeviceAsync(_device, Cancellation);
        await SettledAsync();
        var numbers = Enumerable.Range(0, 200).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();

        foreach (var number in numbers)
            (await C.Backplane.SendToDeviceAsync(_device, Encoding.UTF8.GetBytes(number), Cancellation)).ShouldBeTrue();

        await ToldAsync(B.Node, $"frame for {_device}: 199");
        B.Node.Calls.ShouldBe(numbers.Select(number => $"frame for {_device}: {number}"));
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
        await backplane.ClaimDeviceAsync(marker, Cancellation);
        var sender = backplane == A.Backplane ? B.Backplane : A.Backplane;
        await sender.SendToDeviceAsync(marker, "settled"u8.ToArray(), Cancellation);
        await ToldAsync(node, $"frame for {marker}: settled");
        var kept = node.Calls.Where(call => !call.Contains("settled", StringComparison.Ordinal)).ToList();
        node.Calls.Clear();
        kept.ForEach(node.Calls.Enqueue);
    }

    private async Task<(IBackplane, RecordingNode)> JoinAsync()
    {
        var backplane = await CreateAsync();
        var node = new RecordingNode();
        await backplane.JoinAsync(node, Cancellation);
        return (backplane, node);
    }
}
