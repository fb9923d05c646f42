using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Regions;

/// <summary>A product moves to another region: its peers come back there, clients by the URL that they have.</summary>
public sealed class MoveTests
{
    [Fact]
    public async Task Move_PeersAreClosedWith4005AndComeBackInTheNewRegion()
    {
        await using var scene = await RegionScene.StartAsync();
        var address = await scene.CreateDeviceAsync("eu");
        await using var device = await scene.Eu.Api.OpenDeviceAsync(address, scene.DeviceKey);
        var (client, channel, url) = await scene.Eu.Api.OpenClientAsync(address, scene.ProductKey.ClientToken(address));
        await using var _ = client;
        await using var bystander = await scene.Eu.Api.OpenDeviceAsync(await scene.CreateDeviceAsync("eu"), scene.DeviceKey);

        var moved = await MoveAsync(scene.Eu, address, "us");

        moved.Text("region").ShouldBe("us");
        await device.Ended;
        await client.Ended;
        (device.CloseCode, client.CloseCode).ShouldBe((4005, 4005));
        (await bystander.DrainAsync()).ShouldBeEmpty();

        await using var newDevice = await scene.Eu.Api.OpenDeviceAsync(address, scene.DeviceKey);
        await using var newClient = await TestPeer.OpenAsync(url);
        (await newDevice.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");
        await newClient.SendMessageAsync(channel, "\"to the device\"");
        (await newDevice.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":true,"message":"to the device"}""");
        await newDevice.SendMessageAsync(channel, "\"to the client\"");
        (await newClient.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":"to the client"}""");
        (await scene.Us.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{address.Product}/devices/{address.Device}")).Json["connected"]!.GetValue<bool>().ShouldBeTrue();
        await TunnelsAreAsync(scene, 1);

        // Each new opening of the URL takes over, as it does without a tunnel.
        await using var newest = await TestPeer.OpenAsync(url);
        await newClient.Ended;
        newClient.CloseCode.ShouldBe(4000);
        (await newDevice.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await newest.CloseAsync();
        newest.CloseCode.ShouldBe(1000);
        await TunnelsAreAsync(scene, 0);
    }

    [Fact]
    public async Task Move_IsAudited_AndASecondToTheSameRegionIsNone()
    {
        await using var scene = await RegionScene.StartAsync();
        var address = await scene.CreateDeviceAsync("eu");

        await MoveAsync(scene.Us, address, "us");
        await MoveAsync(scene.Us, address, "us");
        (await scene.Eu.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{address.Product}", new JsonObject { ["region"] = "mars" }))
            .ShouldBeError(HttpStatusCode.BadRequest, "BAD_REQUEST", "region: there is no region 'mars'");

        var entries = (await scene.Us.Get<Server.Registry.AuditLog>().ListAsync("or-operator", new() { Product = address.Product }, null, 10, default)).Entries;
        entries.Where(x => x.Action == "product.move").ShouldHaveSingleItem().Detail.ShouldBe("region: eu → us");
    }

    [Fact]
    public async Task Move_ThatANodeWasNotToldOf_IsFoundInTheRegistry()
    {
        await using var scene = await RegionScene.StartAsync(areWired: false);
        var address = await scene.CreateDeviceAsync("eu");
        await using var device = await scene.Eu.Api.OpenDeviceAsync(address, scene.DeviceKey);
        var (client, channel, url) = await scene.Eu.Api.OpenClientAsync(address);
        await using var _ = client;

        // Asked of the other region, which has no way to tell.
        await MoveAsync(scene.Us, address, "us");

        await device.Ended;
        await client.Ended;
        device.CloseCode.ShouldBe(4005);
        await using var newDevice = await scene.Eu.Api.OpenDeviceAsync(address, scene.DeviceKey);
        await using var newClient = await TestPeer.OpenAsync(url);
        await newClient.SendMessageAsync(channel, "1");
        (await newDevice.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        (await newDevice.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Move_RightAfterItsCallWasForwarded_IsFollowedToTheNewHome()
    {
        // A node that takes the old region for the home passes the call on to it, and that one on to the new home.
        await using var scene = await RegionScene.StartAsync((_, settings) => settings.Regions.CheckInterval = TimeSpan.FromMinutes(5), areWired: false);
        var address = await scene.CreateDeviceAsync("us");
        (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK);
        await MoveAsync(scene.Us, address, "eu");

        var answer = (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK);

        answer.Text("signalingUrl").ShouldStartWith(scene.UrlOf("eu").Replace("http", "ws"));
    }

    [Fact]
    public async Task MoveThereAndBack_OldUrlsWorkThroughoutAndEndWithTheDevice()
    {
        await using var scene = await RegionScene.StartAsync();
        var address = await scene.CreateDeviceAsync("eu");
        var url = (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK).Text("signalingUrl");
        await MoveAsync(scene.Eu, address, "us");
        await using var client = await TestPeer.OpenAsync(url);
        (await client.DrainAsync()).ShouldBeEmpty();

        await MoveAsync(scene.Eu, address, "eu");

        await client.Ended;
        client.CloseCode.ShouldBe(4005);
        await TunnelsAreAsync(scene, 0);
        await using var again = await TestPeer.OpenAsync(url);
        (await again.DrainAsync()).ShouldBeEmpty();
        await TunnelsAreAsync(scene, 0);

        (await scene.Us.Api.ManageAsync(HttpMethod.Delete, $"/v1/webrtc/products/{address.Product}")).Require(HttpStatusCode.NoContent);
        await again.Ended;
        again.CloseCode.ShouldBe(4002);
    }

    [Fact]
    public async Task MovedProduct_AfterARestartOfItsOldRegion_IsStillPassedOn()
    {
        await using var scene = await RegionScene.StartAsync();
        var address = await scene.CreateDeviceAsync("eu");
        var url = (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK).Text("signalingUrl");
        await MoveAsync(scene.Eu, address, "us");
        await scene.StopRegionAsync("eu");
        await scene.StartRegionAsync("eu");
        await scene.KnowEachOtherAsync();

        await using var client = await TestPeer.OpenAsync(url);

        (await client.DrainAsync()).ShouldBeEmpty();
        await TunnelsAreAsync(scene, 1);
    }

    [Fact]
    public async Task Tunnel_ManyMessagesOfAllSizes_ArriveWholeAndInOrder()
    {
        await using var scene = await RegionScene.StartAsync();
        var (device, client, channel, _) = await OpenThroughTunnelAsync(scene);
        await using var d = device;
        await using var c = client;
        var texts = Enumerable.Range(0, 100).Select(i => $"\"{i}-{new string('x', i * 997 % 60_000)}\"").ToList();

        var sending = Task.Run(async () =>
        {
            foreach (var text in texts)
                await client.SendMessageAsync(channel, text);
        }, TestContext.Current.CancellationToken);
        var answering = Task.Run(async () =>
        {
            foreach (var text in texts)
                await device.SendMessageAsync(channel, text);
        }, TestContext.Current.CancellationToken);

        foreach (var text in texts)
        {
            (await device.ReceiveJsonAsync())["message"]!.ToJsonString().ShouldBe(text);
            (await client.ReceiveJsonAsync())["message"]!.ToJsonString().ShouldBe(text);
        }

        await Task.WhenAll(sending, answering);
    }

    [Fact]
    public async Task Tunnel_TheOldRegionStops_TheClientIsToldToComeAgain()
    {
        await using var scene = await RegionScene.StartAsync();
        var (device, client, channel, _) = await OpenThroughTunnelAsync(scene);
        await using var d = device;
        await using var c = client;

        await scene.StopRegionAsync("eu");

        await client.Ended;
        client.CloseCode.ShouldBe(1001);
        // The home has seen it go.
        await Eventually.HoldsAsync("the device learns it", async () =>
        {
            await device.SendMessageAsync(channel, "1");
            return (await device.DrainAsync()).Any(x => x.Contains("PEER_OFFLINE"));
        });
    }

    [Fact]
    public async Task Tunnel_TheNewRegionStops_TheClientGetsItsCloseFrame()
    {
        await using var scene = await RegionScene.StartAsync();
        var (device, client, _, url) = await OpenThroughTunnelAsync(scene);
        await using var d = device;
        await using var c = client;

        await scene.StopRegionAsync("us");

        await client.Ended;
        client.CloseCode.ShouldBe(1001);
        await TunnelsAreAsync(scene, 0);
        (await scene.Eu.Api.SendAsync(HttpMethod.Get, url.Replace("ws://", "http://"), configure: Upgrade))
            .ShouldBeError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "can't be reached");
    }

    [Fact]
    public async Task Tunnel_TheWayToTheNewRegionBreaks_TheClientIsClosedAndNotCut()
    {
        await using var scene = await RegionScene.StartAsync();
        await using var proxy = new CuttingProxy(new(scene.UrlOf("us")));
        await scene.StopRegionAsync("eu");
        scene.Reroute("us", proxy.Url);
        await scene.StartRegionAsync("eu");
        await scene.KnowEachOtherAsync();
        var (device, client, _, _) = await OpenThroughTunnelAsync(scene);
        await using var d = device;
        await using var c = client;

        proxy.Cut(FateKind.Reset);

        await client.Ended;
        client.CloseCode.ShouldBe(1001);
    }

    [Fact]
    public async Task Tunnel_ThePeerVanishes_TheHomeSeesItGo()
    {
        await using var scene = await RegionScene.StartAsync();
        var (device, client, channel, _) = await OpenThroughTunnelAsync(scene);
        await using var d = device;

        client.Cut();
        await client.DisposeAsync();

        await Eventually.HoldsAsync("the device learns it", async () =>
        {
            await device.SendMessageAsync(channel, "1");
            return (await device.DrainAsync()).Any(x => x.Contains("PEER_OFFLINE"));
        });
        await TunnelsAreAsync(scene, 0);
    }

    [Fact]
    public async Task Tunnel_RefusedByTheHome_IsRefusedWithItsAnswer()
    {
        await using var scene = await RegionScene.StartAsync();
        var address = await scene.CreateDeviceAsync("eu");
        var url = (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK).Text("signalingUrl");
        await MoveAsync(scene.Eu, address, "us");
        // What is deleted in the home alone: the old region has not heard of it.
        scene.Us.Get<Server.Registry.Revocations>().Apply(new(address.Product, address.Device, Deleted: true));

        var answer = await scene.Eu.Api.SendAsync(HttpMethod.Get, url.Replace("ws://", "http://"), configure: Upgrade);

        answer.ShouldBeError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "revoked");
        await TunnelsAreAsync(scene, 0);
    }

    [Fact]
    public async Task Tunnels_AtTheirLimit_AreRefusedWithRetryAfter()
    {
        await using var scene = await RegionScene.StartAsync((_, settings) => settings.Regions.MaxTunnels = 1);
        var (device, client, _, url) = await OpenThroughTunnelAsync(scene);
        await using var d = device;
        await using var c = client;

        var answer = await scene.Eu.Api.SendAsync(HttpMethod.Get, url.Replace("ws://", "http://"), configure: Upgrade);

        answer.ShouldBeError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "Too many");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        await client.CloseAsync();
        await TunnelsAreAsync(scene, 0);
        await using var again = await TestPeer.OpenAsync(url);
    }

    [Fact]
    public async Task Logs_OfATunnel_HaveTheCallersAddressAtTheHomeAndNoTicket()
    {
        await using var scene = await RegionScene.StartAsync((_, settings) => settings.Service.TrustedProxies.Add("127.0.0.1"));
        var address = await scene.CreateDeviceAsync("eu");
        var url = (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK).Text("signalingUrl");
        await MoveAsync(scene.Eu, address, "us");

        await using (var client = await TestPeer.OpenAsync(url, options => options.SetRequestHeader("X-Forwarded-For", "192.0.2.7")))
            await client.CloseAsync();

        await Eventually.HoldsAsync("the home has logged it", () => scene.Us.Log.Any(x => x.Contains(address.ToString()) && x.Contains("192.0.2.7")));
        scene.Eu.Log.ShouldContain(x => x.Contains("is passed on to region us"));
        var ticket = url[(url.IndexOf("ticket=", StringComparison.Ordinal) + 7)..];
        scene.Eu.Log.Concat(scene.Us.Log).ShouldNotContain(x => x.Contains(ticket));
    }

    /// <summary>A device in us, and a client that has come there by its old URL, in eu.</summary>
    private static async Task<(TestPeer Device, TestPeer Client, string Channel, string Url)> OpenThroughTunnelAsync(RegionScene scene)
    {
        var address = await scene.CreateDeviceAsync("eu");
        var answer = (await scene.Eu.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK);
        await MoveAsync(scene.Eu, address, "us");
        var device = await scene.Eu.Api.OpenDeviceAsync(address, scene.DeviceKey);
        var client = await TestPeer.OpenAsync(answer.Text("signalingUrl"));
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        return (device, client, answer.Text("channelId"), answer.Text("signalingUrl"));
    }

    private static async Task<JsonNode> MoveAsync(TestService service, DeviceAddress device, string region) =>
        (await service.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{device.Product}", new JsonObject { ["region"] = region })).Require(HttpStatusCode.OK);

    private static Task TunnelsAreAsync(RegionScene scene, int count) => Eventually.HoldsAsync($"{count} tunnels are open", async () =>
    {
        var metrics = (await scene.Eu.Api.SendAsync(HttpMethod.Get, "/metrics")).Body;
        var line = metrics.Split('\n').FirstOrDefault(x => x.StartsWith("heliograph_regions_tunnels{", StringComparison.Ordinal)) ?? "0";
        return line.EndsWith(count == 0 ? "0" : " " + count, StringComparison.Ordinal) ? null : line;
    });

    private static void Upgrade(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", RawWebSocket.ExampleKey);
    }
}
