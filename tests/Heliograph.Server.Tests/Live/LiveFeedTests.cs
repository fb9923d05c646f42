using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Live;
using Heliograph.Server.Relay;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Live;

/// <summary>What a service tells of its connections and calls, and whom.</summary>
public sealed class LiveFeedTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task Device_ComesAndIsCut_BothAreToldWithTheReason()
    {
        var address = await fixture.CreateDeviceAsync();
        var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await device.SendAsync("""{"type":"PING"}""");
        await device.ReceiveAsync();
        device.Cut();

        var ended = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.DeviceDisconnected && x.DeviceAddress == address);

        ended.Reason.ShouldBe(EndReason.Lost);
        ended.Messages.ShouldBe(1);
        ended.Address.ShouldBe(IPAddress.Loopback);
        EventWords.Of(ended).ShouldContain("1 message of its own: its connection broke without a goodbye");
        var came = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.DeviceConnected && x.DeviceAddress == address);
        came.Id.ShouldBeLessThan(ended.Id);
        fixture.Service.Get<DeviceHistories>().Read(address).Select(x => x.Kind)
            .ShouldBe([LiveEventKind.DeviceDisconnected, LiveEventKind.DeviceConnected]);
        await device.DisposeAsync();
    }

    [Fact]
    public async Task Client_ComesAndGoes_IsToldByTheFirstDigitsOfItsChannelAlone()
    {
        var address = await fixture.CreateDeviceAsync();
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address, fixture.ProductKey.ClientToken(address));
        await client.CloseAsync();

        var ended = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.ClientDisconnected && x.DeviceAddress == address);

        ended.Reason.ShouldBe(EndReason.PeerClosed);
        ended.Channel.ShouldBe(channel[..8]);
        var came = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.ClientConnected && x.DeviceAddress == address);
        came.IsAuthorized.ShouldBeTrue();
        fixture.Service.EventsOf(address.Product).ShouldNotContain(x => $"{x}{EventWords.Of(x)}".Contains(channel));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Device_TakenOver_OlderIsToldToHaveBeenReplaced()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var older = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await using var newer = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);

        var ended = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.DeviceDisconnected && x.DeviceAddress == address);

        EventWords.Of(ended).ShouldContain("a newer connection took its place");
    }

    [Fact]
    public async Task Call_RefusedOverAndOver_IsOneEventWithANumber()
    {
        var address = await fixture.CreateDeviceAsync();
        for (var i = 0; i < 7; i++)
            (await fixture.Api.ConnectDeviceAsync(address, "nonsense")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        var refused = await fixture.Service.EventAsync(
            address.Product, x => x.Kind == LiveEventKind.CallRefused && x.DeviceAddress == address && x.Count == 7);

        refused.Code.ShouldBe(ErrorCodes.Unauthorized);
        refused.Why.ShouldNotBeNullOrEmpty();
        fixture.Service.EventsOf(address.Product).Count(x => x.Kind == LiveEventKind.CallRefused && x.DeviceAddress == address).ShouldBe(1);
        fixture.Service.Get<DeviceHistories>().Read(address).ShouldHaveSingleItem().Count.ShouldBe(7);
        var calls = fixture.Service.Get<LiveFeed>().Of(FeedReader.Operator).ReadCalls(address.Product, DateTime.UtcNow);
        calls.Single(x => x.Call == "device/connect" && x.Code == ErrorCodes.Unauthorized).Count.ShouldBeGreaterThanOrEqualTo(7);
    }

    [Fact]
    public async Task SignalingUrl_OfARevokedKey_IsToldAsARefusal()
    {
        var address = await fixture.CreateDeviceAsync();
        var url = await fixture.Api.DeviceUrlAsync(address, fixture.DeviceKey);
        await fixture.Api.ManageAsync(
            HttpMethod.Delete, $"/v1/webrtc/products/{address.Product}/devices/{address.Device}/publickeys/{fixture.DeviceKey.IdFor(KeyOwner.Device)}");
        await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() => TestPeer.OpenAsync(url));

        var refused = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.CallRefused && x.DeviceAddress == address);

        refused.Call.ShouldBe("signaling");
        EventWords.Of(refused).ShouldContain("was revoked");
    }

    [Fact]
    public async Task MessagesToADeviceThatIsAway_ManyOfThem_AreToldOnce()
    {
        var address = await fixture.CreateDeviceAsync();
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        for (var i = 0; i < 20; i++)
            await client.SendMessageAsync(channel, "1");
        (await client.DrainAsync()).Count.ShouldBe(20);

        var offline = await fixture.Service.EventAsync(address.Product, x => x.Kind == LiveEventKind.PeerOffline && x.DeviceAddress == address);

        offline.Count.ShouldBe(1);
        offline.Sender.ShouldBe(Role.Client);
        EventWords.Of(offline).ShouldContain("the device is not connected");
    }

    [Fact]
    public async Task Event_OfAProduct_IsToldItsOrganizationAlone()
    {
        using var stranger = new ApiClient(fixture.Api.BaseUrl, await fixture.Api.CreateApiKeyAsync("or-stranger"));
        var theirs = await stranger.CreateDeviceAsync(await stranger.CreateProductAsync(), fixture.DeviceKey);
        await using var device = await stranger.OpenDeviceAsync(theirs, fixture.DeviceKey);

        await fixture.Service.EventAsync(theirs.Product, x => x.Kind == LiveEventKind.DeviceConnected, "or-stranger");

        fixture.Service.Get<LiveFeed>().Of(FeedReader.Operator).Read(0, null).Events.ShouldNotContain(x => x.Product == theirs.Product);
        fixture.Service.Get<LiveFeed>().Of("or-stranger").Read(0, null).Events.ShouldAllBe(x => x.Product == theirs.Product);
    }

    [Fact]
    public async Task Call_AboutAProductThatIsNone_IsToldTheOperatorAlone()
    {
        var none = new DeviceAddress(ProductId.New(), DeviceId.New());
        (await fixture.Api.ConnectClientAsync(none)).Status.ShouldBe(HttpStatusCode.NotFound);

        var refused = await fixture.Service.EventAsync(none.Product, x => x.Kind == LiveEventKind.CallRefused);

        refused.Code.ShouldBe(ErrorCodes.ProductIdNotFound);
        refused.IsDeviceKnown.ShouldBeFalse();
        fixture.Service.Get<DeviceHistories>().Read(none).ShouldBeEmpty();
    }

    [Fact]
    public async Task History_OfADeletedDevice_IsGone()
    {
        var address = await fixture.CreateDeviceAsync();
        await using (await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey))
            await fixture.Service.EventAsync(address.Product, x => x.DeviceAddress == address);
        fixture.Service.Get<DeviceHistories>().Read(address).ShouldNotBeEmpty();
        await fixture.Service.EventAsync(address.Product, x => x.DeviceAddress == address && x.Kind == LiveEventKind.DeviceDisconnected);

        await fixture.Api.ManageAsync(HttpMethod.Delete, $"/v1/webrtc/products/{address.Product}/devices/{address.Device}");

        fixture.Service.Get<DeviceHistories>().Read(address).ShouldBeEmpty();
    }
}
