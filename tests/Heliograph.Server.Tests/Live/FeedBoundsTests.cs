using Heliograph.Protocol;
using Heliograph.Server.Live;
using Heliograph.Testing;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Tests.Live;

/// <summary>However much happens, so much is kept and no more.</summary>
public sealed class FeedBoundsTests
{
    private static readonly DateTime Now = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DeviceAddress Device = new(ProductId.New(), DeviceId.New());

    [Fact]
    public void Feed_MoreThanItHolds_KeepsTheNewestAndSaysThatSomeAreGone()
    {
        var feed = new OrganizationFeed();
        feed.Add(LiveEvent.Of(LiveEventKind.DeviceConnected, Now, Device));
        var (_, seen, _) = feed.Read(0, null);
        for (var i = 0; i < 2 * OrganizationFeed.Capacity; i++)
            feed.Add(LiveEvent.Of(LiveEventKind.DeviceConnected, Now, Device));

        var (events, last, hasGap) = feed.Read(seen, null);

        events.Count.ShouldBe(OrganizationFeed.Capacity);
        events[^1].Id.ShouldBe(last);
        hasGap.ShouldBeTrue();
        feed.Read(last, null).ShouldSatisfyAllConditions(x => x.Events.ShouldBeEmpty(), x => x.HasGap.ShouldBeFalse());
    }

    [Fact]
    public void Feed_FloodOfStrangers_LeavesTheRestAndTheCountsAlone()
    {
        var feed = new OrganizationFeed();
        for (var i = 0; i < 200; i++)
            feed.Add(LiveEvent.Of(LiveEventKind.DeviceConnected, Now, Device));
        for (var i = 0; i < 5000; i++)
        {
            var invented = new DeviceAddress(ProductId.New(), DeviceId.New());
            feed.Add(
                LiveEvent.Of(LiveEventKind.CallRefused, Now, invented) with { IsDeviceKnown = false, Call = "client/connect", Code = ErrorCodes.ProductIdNotFound, Why = $"{i}" },
                isProductKnown: false);
        }

        feed.Add(LiveEvent.Of(LiveEventKind.CallAnswered, Now, Device) with { Call = "device/connect" });

        var events = feed.Read(0, null).Events;
        events.Count(x => x.IsDeviceKnown).ShouldBe(200);
        events.Count(x => !x.IsDeviceKnown).ShouldBe(OrganizationFeed.UnknownCapacity);
        events[^1].Why.ShouldBe("4999");
        feed.ReadCalls(Device.Product, Now).Single().Count.ShouldBe(1);
        feed.ReadCalls(null, Now).Single(x => x.Code is not null).Count.ShouldBe(5000);
    }

    [Fact]
    public void Feed_SameRefusalLater_IsAnEventOfItsOwn()
    {
        var feed = new OrganizationFeed();
        var refused = LiveEvent.Of(LiveEventKind.CallRefused, Now, Device) with { Call = "client/connect", Code = ErrorCodes.Unauthorized, Why = "x" };
        feed.Add(refused);
        feed.Add(refused with { At = Now.AddSeconds(10) });
        feed.Add(refused with { At = Now.AddMinutes(5) });

        feed.Read(0, null).Events.Select(x => x.Count).ShouldBe([2, 1]);
    }

    [Fact]
    public void Calls_BeyondTheWindow_AreNotCounted()
    {
        var counts = new CallCounts();
        var call = LiveEvent.Of(LiveEventKind.CallAnswered, Now, Device) with { Call = "client/connect" };
        counts.Add(call);
        counts.Add(call with { At = Now + CallCounts.Window / 2 });

        counts.Read(null, Now + CallCounts.Window / 2).Single().Count.ShouldBe(2);
        counts.Read(Device.Product, Now + CallCounts.Window).Single().Count.ShouldBe(1);
        counts.Read(ProductId.New(), Now).ShouldBeEmpty();
        counts.Read(null, Now + 2 * CallCounts.Window).ShouldBeEmpty();
    }

    [Fact]
    public void Histories_OfMoreDevicesThanAreKept_DropTheQuietest()
    {
        var histories = new DeviceHistories(Options.Create(new LiveOptions { HistoryDevices = 2 }), new FakeTimeProvider());
        var devices = Enumerable.Range(0, 3).Select(_ => new DeviceAddress(Device.Product, DeviceId.New())).ToList();
        Add(devices[0]);
        Add(devices[1]);
        Add(devices[0]);
        Add(devices[2]);

        devices.Select(x => histories.Read(x).Count).ShouldBe([2, 0, 1]);

        void Add(DeviceAddress device) => histories.Add(LiveEvent.Of(LiveEventKind.DeviceConnected, Now, device));
    }

    [Fact]
    public void History_FloodOfRefusals_KeepsTheConnects()
    {
        var histories = new DeviceHistories(Options.Create(new LiveOptions()), new FakeTimeProvider());
        for (var i = 0; i < 100; i++)
            histories.Add(LiveEvent.Of(LiveEventKind.DeviceConnected, Now.AddSeconds(i), Device));
        for (var i = 0; i < 1000; i++)
            histories.Add(LiveEvent.Of(LiveEventKind.CallRefused, Now.AddMinutes(i), Device) with { Call = "client/connect", Why = $"{i}" });

        var kept = histories.Read(Device);

        kept.Count(x => x.Kind == LiveEventKind.DeviceConnected).ShouldBe(DeviceHistories.MaxConnections);
        kept.Count(x => x.Kind == LiveEventKind.CallRefused).ShouldBe(DeviceHistories.MaxRefusals);
        kept[0].Why.ShouldBe("999");
    }

    [Fact]
    public void History_WithinOneMillisecond_IsStillNewestFirst()
    {
        var histories = new DeviceHistories(Options.Create(new LiveOptions()), new FakeTimeProvider());
        histories.Add(LiveEvent.Of(LiveEventKind.DeviceConnected, Now, Device));
        histories.Add(LiveEvent.Of(LiveEventKind.DeviceDisconnected, Now, Device));

        histories.Read(Device).Select(x => x.Kind).ShouldBe([LiveEventKind.DeviceDisconnected, LiveEventKind.DeviceConnected]);
    }
}
