using System.Text.Json;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Tests.Console;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Cluster;

/// <summary>The live page and a device's page of one node, with peers on another.</summary>
public sealed class LiveAcrossNodesTests
{
    private const string Path = "/console/live/stream";

    [Fact]
    public async Task Stream_PeersOnTwoNodes_HasBoth()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        using var stranger = await ConsoleVisitor.SignInAsync(scene.One, await scene.One.Api.CreateApiKeyAsync("or-stranger"));
        await using var stream = await visitor.FollowAsync($"{Path}?product={scene.Device.Product}");
        await using var foreign = await stranger.FollowAsync(Path);
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();

        var happened = await stream.NextAsync("happened", x => x.GetProperty("kind").GetString() == "DeviceConnected");
        // All of them by the other node's peer. What comes before a node's first look counts for no rate: so they go on until there is one.
        JsonElement now;
        var looks = 0;
        do
        {
            for (var i = 0; i < 50; i++)
                await device.SendMessageAsync(channel, "1");
            now = await stream.NextAsync("now");
        }
        while (!HasRate(now) && ++looks < 30);

        happened.GetProperty("node").GetString().ShouldBe("two");
        happened.GetProperty("text").GetString().ShouldBe("The device connected.");
        HasRate(now).ShouldBeTrue();
        (now.GetProperty("devices").GetInt32(), now.GetProperty("clients").GetInt32(), now.GetProperty("nodes").GetInt32()).ShouldBe((1, 1, 2));
        now.GetProperty("silent").GetArrayLength().ShouldBe(0);
        now.GetProperty("hasGap").GetBoolean().ShouldBeFalse();
        now.GetProperty("calls").EnumerateArray().Select(x => x.GetProperty("call").GetString()).ShouldBe(["client/connect", "device/connect"], ignoreOrder: true);
        await foreign.NextAsync("now", x => x.GetProperty("nodes").GetInt32() == 2);
        foreign.Raw.ShouldNotContain(scene.Device.Device.Value);
        stream.Raw.ShouldNotContain(channel);
        (await visitor.GetAsync("/console/live")).Text.ShouldSatisfyAllConditions(
            x => x.ShouldContain("Connected devices 1"), x => x.ShouldContain("What happens on 2 of 2 nodes."), x => x.ShouldContain("on two"));
    }

    [Fact]
    public async Task Node_AskedByNobodyAnyMore_TellsNothing()
    {
        await using var scene = await ClusterScene.StartAsync();
        var teller = scene.Two.Get<FeedTeller>();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using (var stream = await visitor.FollowAsync(Path))
        {
            await stream.NextAsync("now");
            teller.Count.ShouldBe(1);
        }

        await Eventually.HoldsAsync("nobody is told to", () => teller.Count == 0);
    }

    [Fact]
    public async Task Node_ThatLooksAndIsGone_IsToldToNoLonger()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(Path);
        await stream.NextAsync("now");
        scene.Two.Get<FeedTeller>().Count.ShouldBe(1);

        scene.One.Get<WatchedBus>().IsCut = true;

        await Eventually.HoldsAsync("nobody is told to", () => scene.Two.Get<FeedTeller>().Count == 0);
    }

    [Fact]
    public async Task Node_ThatIsAlone_TellsNobodyAnything()
    {
        await using var scene = await ClusterScene.StartAsync(nodes: 1);
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(Path);
        await stream.NextAsync("now");
        await using var story = await visitor.FollowAsync(scene.InspectStream);
        (await story.NextAsync("peers")).GetProperty("nodes").GetArrayLength().ShouldBe(0);
        await using var device = await scene.One.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var line = (await story.NextAsync("line", x => x.GetProperty("entry").GetProperty("kind").GetString() == "connected")).GetProperty("entry");
        line.GetProperty("node").ValueKind.ShouldBe(JsonValueKind.Null);

        (await visitor.GetAsync("/console/live")).Text.ShouldContain("What happens on this node, which runs alone.");
        (await visitor.GetAsync(scene.DevicePage)).Text.ShouldNotContain("On node");
        scene.One.Get<WatchedBus>().Told.ShouldBeEmpty();
    }

    [Fact]
    public async Task Node_ThatDoesNotAnswer_IsNamedOnEveryPage()
    {
        await using var scene = await ClusterScene.StartAsync();
        scene.Two.Get<WatchedBus>().IsCut = true;
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);

        await using var stream = await visitor.FollowAsync(Path);
        (await stream.NextAsync("now")).GetProperty("silent").EnumerateArray().Select(x => x.GetString()).ShouldBe(["two"]);
        (await visitor.GetAsync("/console/live")).Text.ShouldSatisfyAllConditions(
            x => x.ShouldContain("Not heard of: two."), x => x.ShouldContain("What happens on 1 of 2 nodes."));
        (await visitor.GetAsync(scene.DevicePage)).Text.ShouldContain("Not heard of: two.");

        scene.Two.Get<WatchedBus>().IsCut = false;
        await stream.NextAsync("now", x => x.GetProperty("silent").GetArrayLength() == 0);
    }

    [Fact]
    public async Task News_LostOnTheWay_AreAGap()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(Path);
        await stream.NextAsync("now");

        scene.Two.Get<WatchedBus>().DropNext(NodeTopics.FeedNews);

        await stream.NextAsync("now", x => x.GetProperty("hasGap").GetBoolean());
    }

    [Fact]
    public async Task DevicePage_PeersOnTwoNodes_ShowsBothAndWhatHappenedThere()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using (await scene.One.Api.OpenKnownDeviceAsync(scene.Device, scene.Key))
            (await scene.One.Api.ConnectDeviceAsync(scene.Device, "nonsense")).Status.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.Two.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        var (other, otherChannel, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var __ = other;

        await Eventually.HoldsAsync("the page shows it all", async () =>
        {
            var text = (await visitor.GetAsync(scene.DevicePage)).Text;
            return text.Contains("On node two", StringComparison.Ordinal)
                && text.Contains(channel[..8], StringComparison.Ordinal)
                && text.Contains(otherChannel[..8], StringComparison.Ordinal)
                && text.Contains("The device connected. 127.0.0.1 two", StringComparison.Ordinal)
                && text.Contains("The device connected. 127.0.0.1 one", StringComparison.Ordinal)
                && text.Contains("UNAUTHORIZED 127.0.0.1 one", StringComparison.Ordinal)
                    ? null : text;
        });
    }

    private static bool HasRate(JsonElement now) => now.GetProperty("rate") is { ValueKind: JsonValueKind.Number } rate && rate.GetDouble() > 0;
}
