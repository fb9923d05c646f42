using System.Net;
using System.Text.Json;
using Heliograph.Server.Tests.Console;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Cluster;

/// <summary>The nodes, and who is connected to them: the same from whichever of them one looks.</summary>
public sealed class NodeListTests
{
    [Fact]
    public async Task List_FromEachNode_HasAllWithTheirLoad()
    {
        await using var scene = await ClusterScene.StartAsync();
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await client.SendMessageAsync(channel, "1");
        await device.ReceiveAsync();
        (await device.ReceiveAsync()).ShouldContain("MESSAGE");

        foreach (var (asked, name) in ((TestService, string)[])[(scene.One, "one"), (scene.Two, "two")])
        {
            var nodes = (await asked.Api.ManageAsync(HttpMethod.Get, Paths.Nodes)).Require(HttpStatusCode.OK).AsArray();

            nodes.Select(x => x!.Text("name")).ShouldBe(["one", "two"]);
            nodes.Single(x => x!["thisNode"]!.GetValue<bool>())!.Text("name").ShouldBe(name);
            nodes.ShouldAllBe(x => x!.Text("state") == "ready");
            nodes.Select(x => (x!["devices"]!.GetValue<long>(), x["clients"]!.GetValue<long>())).ShouldBe([(0, 1), (1, 0)]);
            nodes[0]!["messagesRelayedToOtherNodes"]!.GetValue<long>().ShouldBe(1);
            nodes.ShouldAllBe(x => x!["memoryBytes"]!.GetValue<long>() > 0 && x.Text("version").Length > 0);
            nodes.ShouldAllBe(x => x!["startedAt"]!.GetValue<DateTime>() <= x["heardAt"]!.GetValue<DateTime>());
        }
    }

    [Fact]
    public async Task List_OfALostNode_SaysSo()
    {
        await using var scene = await ClusterScene.StartAsync();
        scene.One.Get<WatchedBus>().LostNodes["two"] = true;

        var nodes = (await scene.One.Api.ManageAsync(HttpMethod.Get, Paths.Nodes)).Require(HttpStatusCode.OK).AsArray();

        nodes.Select(x => x!.Text("state")).ShouldBe(["ready", "lost"]);
    }

    [Fact]
    public async Task List_ForAnotherOrganization_IsRefusedInApiAndConsole()
    {
        await using var service = await TestService.StartAsync();
        var key = await service.Api.CreateApiKeyAsync("or-stranger");
        using var stranger = new ApiClient(service.BaseUrl, key);
        using var visitor = await ConsoleVisitor.SignInAsync(service, key);

        (await stranger.ManageAsync(HttpMethod.Get, Paths.Nodes)).ShouldBeError(HttpStatusCode.Forbidden, "ACCESS_DENIED");

        (await visitor.GetAsync("/console/nodes")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await visitor.GetAsync("/console/nodes/stream")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await visitor.GetAsync("/console/products")).LinkTo("Nodes").ShouldBeNull();
    }

    [Fact]
    public async Task Page_AndItsStream_ShowAllNodes()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);

        var page = await visitor.GetAsync("/console/nodes");
        page.Text.ShouldContain("one this one ready serves its peers");
        page.Text.ShouldContain("two ready serves its peers");
        (await visitor.GetAsync("/console/products")).LinkTo("Nodes").ShouldBe("/console/nodes");

        await using var stream = await visitor.FollowAsync("/console/nodes/stream");
        await stream.NextAsync("nodes", x => DevicesOf(x, "two") == "0");
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        await stream.NextAsync("nodes", x => DevicesOf(x, "two") == "1");
        await scene.StopAsync(scene.Two);
        await stream.NextAsync("nodes", x => x.GetArrayLength() == 1);
    }

    [Fact]
    public async Task Connected_DeviceOnAnotherNode_IsTrueWhereverItIsShown()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);

        await ShouldBeShownAsync(scene, visitor, isConnected: true);
        await scene.StopAsync(scene.Two);

        await Eventually.HoldsAsync("the device is shown as gone", async () =>
            (await scene.One.Api.ManageAsync(HttpMethod.Get, Paths.Of(scene.Device))).Json["connected"]!.GetValue<bool>() ? "it is connected" : null);
        await ShouldBeShownAsync(scene, visitor, isConnected: false);
    }

    private static async Task ShouldBeShownAsync(ClusterScene scene, ConsoleVisitor visitor, bool isConnected)
    {
        var products = $"{Paths.Of(scene.Device.Product)}/devices";
        (await scene.One.Api.ManageAsync(HttpMethod.Get, Paths.Of(scene.Device))).Require(HttpStatusCode.OK)["connected"]!.GetValue<bool>().ShouldBe(isConnected);
        (await scene.One.Api.ManageAsync(HttpMethod.Get, products)).Require(HttpStatusCode.OK)[0]!["connected"]!.GetValue<bool>().ShouldBe(isConnected);
        (await scene.One.Api.ConnectClientAsync(scene.Device)).Json["deviceOnline"]!.GetValue<bool>().ShouldBe(isConnected);
        var list = $"/console/products/{scene.Device.Product}/devices";
        (await visitor.GetAsync($"{list}?state=online")).Text.Contains(scene.Device.Device.Value, StringComparison.Ordinal).ShouldBe(isConnected);
        (await visitor.GetAsync(list)).Html.Contains("data-on", StringComparison.Ordinal).ShouldBe(isConnected);
        (await visitor.GetAsync(scene.DevicePage)).Html.Contains("data-on", StringComparison.Ordinal).ShouldBe(isConnected);
        (await visitor.GetAsync(scene.InspectPage)).Html.Contains("data-on", StringComparison.Ordinal).ShouldBe(isConnected);
    }

    private static string? DevicesOf(JsonElement nodes, string name) =>
        nodes.EnumerateArray().Where(x => x.GetProperty("name").GetString() == name).Select(x => x.GetProperty("devices").GetString()).SingleOrDefault();
}
