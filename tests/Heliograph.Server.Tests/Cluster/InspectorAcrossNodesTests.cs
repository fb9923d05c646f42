using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Signing;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Console;
using Heliograph.Server.Tests.Live;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Cluster;

/// <summary>The session inspector of one node, with the peers of a channel on others.</summary>
public sealed class InspectorAcrossNodesTests
{
    [Fact]
    public async Task Session_PeersOnTwoNodes_IsOneStoryInOrder()
    {
        await using var scene = await ClusterScene.StartAsync(nodes: 3);
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.Three.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        var peers = await stream.NextAsync("peers", x => x.GetProperty("isOnline").GetBoolean() && x.GetProperty("count").GetInt32() == 1);
        peers.GetProperty("node").GetString().ShouldBe("two");
        peers.GetProperty("channels")[0].GetProperty("node").GetString().ShouldBe("three");
        peers.GetProperty("channels")[0].GetProperty("name").GetString().ShouldBe(channel[..8]);

        const int rounds = 40;
        for (var i = 0; i < rounds; i++)
        {
            await client.SendMessageAsync(channel, $$"""{"type":"ACK","seq":{{2 * i}}}""");
            (await device.ReceiveAsync()).ShouldContain("MESSAGE");
            await device.SendMessageAsync(channel, $$"""{"type":"ACK","seq":{{(2 * i) + 1}}}""");
            (await client.ReceiveAsync()).ShouldContain("MESSAGE");
        }

        var told = new List<string>();
        for (var i = 0; i < 2 * rounds; i++)
        {
            var line = await NextLineAsync(stream, "ack");
            told.Add($"{line.GetProperty("line").GetString()} {line.GetProperty("node").GetString()} {line.GetProperty("channel").GetString()}");
        }

        told.ShouldBe(Enumerable.Range(0, 2 * rounds).Select(i =>
            $"The {(i % 2 == 0 ? "client" : "device")} confirmed message {i} (ACK). {(i % 2 == 0 ? "three" : "two")} {channel[..8]}"));
        stream.Raw.ShouldNotContain(channel);
        stream.Raw.ShouldNotContain("missing");
        foreach (var call in (string[])["device/connect", "client/connect"])
            stream.Raw.ShouldContain(call);
    }

    [Fact]
    public async Task Peers_ComingAndGoingElsewhere_AreToldAndSoIsWhatCanNotReachThem()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        // What is told of peers comes before the lines of it, or after.
        await using var states = await visitor.FollowAsync(scene.InspectStream);
        await states.NextAsync("peers", x => AllAreFollowed(x) && x.GetProperty("isOnline").GetBoolean());

        device.Cut();

        var gone = await NextLineAsync(stream, "disconnected");
        gone.GetProperty("node").GetString().ShouldBe("two");
        gone.GetProperty("line").GetString()!.ShouldEndWith("Nobody can reach it until it connects again.");
        await states.NextAsync("peers", x => !x.GetProperty("isOnline").GetBoolean());
        await client.SendMessageAsync(channel, """{"type":"ACK","seq":0}""");
        (await NextLineAsync(stream, "offline")).GetProperty("node").GetString().ShouldBe("one");
        await device.DisposeAsync();

        await using var again = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (late, _, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var __ = late;
        await NextLineAsync(stream, "connected", x => x.GetProperty("from").GetString() == "device");
        (await NextLineAsync(stream, "connected", x => x.GetProperty("from").GetString() == "client")).GetProperty("line").GetString()!
            .ShouldEndWith("The device is told (PEER_CONNECTED).");
    }

    [Fact]
    public async Task Message_ResentOnAnotherNode_IsSaidToBeSentAgain()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);
        await using var first = await scene.One.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        var offer = InspectScene.Message(0, SignalingMessage.Of(new SessionDescription("offer", InspectScene.Offer)), new NoneSigner());
        await first.SendMessageAsync(channel, offer);
        (await NextLineAsync(stream, "offer")).GetProperty("line").GetString()!.ShouldNotContain("sent again");

        await using var second = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        await second.SendMessageAsync(channel, offer);

        (await NextLineAsync(stream, "offer")).GetProperty("line").GetString()!.ShouldEndWith(" — sent again.");
    }

    [Fact]
    public async Task Content_ShownOnOneNode_IsShownByAllAndHiddenByAll()
    {
        await using var scene = await ClusterScene.StartAsync(nodes: 3);
        using var onOne = await ConsoleVisitor.SignInAsync(scene.One);
        using var onTwo = await ConsoleVisitor.SignInAsync(scene.Two);
        await using var one = await onOne.FollowAsync(scene.InspectStream);
        await using var two = await onTwo.FollowAsync(scene.InspectStream);
        await one.NextAsync("peers", AllAreFollowed);
        await two.NextAsync("peers", AllAreFollowed);
        await using var device = await scene.Three.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.Two.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();
        await SendOfferAsync(device, channel, 0);
        (await one.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        (await two.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        ToldOf(scene.Three).ShouldNotContain(x => x.Contains(InspectScene.Fingerprint));

        await onOne.SubmitAsync(scene.InspectPage, "show", new Dictionary<string, string>());
        await two.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Number);
        await SendOfferAsync(device, channel, 1);
        foreach (var stream in (EventReader[])[one, two])
            (await stream.NextAsync("line", IsOffer)).GetProperty("content").GetString()!.ShouldContain(InspectScene.Fingerprint);
        // Where nobody looks, nobody is sent any.
        ToldOf(scene.Three).ShouldContain(x => x.Contains(InspectScene.Fingerprint));
        ToldOf(scene.Two).Concat(ToldOf(scene.One)).ShouldNotContain(x => x.Contains(InspectScene.Fingerprint));

        // By the node on which nobody looks.
        using var onThree = await ConsoleVisitor.SignInAsync(scene.Three);
        (await onThree.GetAsync(scene.InspectPage)).Text.ShouldContain("Shown to managers who have this page open");
        await onThree.SubmitAsync(scene.InspectPage, "hide", new Dictionary<string, string>());
        foreach (var stream in (EventReader[])[one, two])
            await stream.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Null);
        var before = ToldOf(scene.Three).Count;
        await SendOfferAsync(device, channel, 2);
        foreach (var stream in (EventReader[])[one, two])
            (await stream.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        ToldOf(scene.Three).Skip(before).ShouldNotContain(x => x.Contains(InspectScene.Fingerprint));

        var (entries, _) = await scene.One.Get<AuditLog>().ListAsync("or-operator", new(), null, 100, CancellationToken.None);
        entries.Select(x => x.Action).Where(x => x.StartsWith("inspection", StringComparison.Ordinal))
            .ShouldBe([AuditAction.InspectionContentStop, AuditAction.InspectionContentStart]);
        foreach (var kind in (string[])["content-on", "content-off"])
            one.Raw.ShouldContain(kind);
    }

    [Fact]
    public async Task Content_ShownForATime_EndsOnAllNodes()
    {
        await using var scene = await ClusterScene.StartAsync(configure: settings => settings.Live.ContentTime = TimeSpan.FromSeconds(2));
        using var onOne = await ConsoleVisitor.SignInAsync(scene.One);
        using var onTwo = await ConsoleVisitor.SignInAsync(scene.Two);
        await using var one = await onOne.FollowAsync(scene.InspectStream);
        await using var two = await onTwo.FollowAsync(scene.InspectStream);
        await one.NextAsync("peers", AllAreFollowed);
        await two.NextAsync("peers", AllAreFollowed);

        await onOne.SubmitAsync(scene.InspectPage, "show", new Dictionary<string, string>());

        foreach (var stream in (EventReader[])[one, two])
        {
            await stream.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Number);
            await stream.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Null);
        }

        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.One.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();
        await SendOfferAsync(device, channel, 0);
        (await one.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        ToldOf(scene.Two).ShouldNotContain(x => x.Contains(InspectScene.Fingerprint));
    }

    [Fact]
    public async Task Node_Lost_EndsItsPartWithALineAndIsFollowedAgain()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        // What is told of peers comes before the lines of it, or after.
        await using var states = await visitor.FollowAsync(scene.InspectStream);
        await states.NextAsync("peers", AllAreFollowed);

        scene.Two.Get<WatchedBus>().IsCut = true;
        await states.NextAsync("peers", x => StateOf(x, "two") == "silent");
        (await NextLineAsync(stream, "node")).GetProperty("line").GetString().ShouldBe("Node two does not answer. What its peers do is missing here from now on.");
        scene.Two.Get<WatchedBus>().IsCut = false;
        await states.NextAsync("peers", x => StateOf(x, "two") == "followed");
        (await NextLineAsync(stream, "node")).GetProperty("line").GetString()!.ShouldContain("is followed again");

        scene.Two.Get<WatchedBus>().IsCut = true;
        scene.One.Get<WatchedBus>().LostNodes["two"] = true;
        await states.NextAsync("peers", x => StateOf(x, "two") == "lost");
        (await NextLineAsync(stream, "node")).GetProperty("line").GetString()!.ShouldStartWith("Node two is lost.");
    }

    [Fact]
    public async Task Node_ComingAndLeaving_IsFollowedFromThenOn()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);

        var three = await scene.AddAsync("three");
        await stream.NextAsync("peers", x => StateOf(x, "three") == "followed");
        await using var device = await three.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        (await NextLineAsync(stream, "connected")).GetProperty("node").GetString().ShouldBe("three");

        await scene.StopAsync(three);
        (await NextLineAsync(stream, "node", x => !x.GetProperty("line").GetString()!.Contains("followed"))).GetProperty("line").GetString()
            .ShouldBe("Node three has left the cluster. What its peers did last may be missing here; they connect to other nodes.");
    }

    [Fact]
    public async Task News_LostOnTheWay_AreSaidToBeMissing()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);

        scene.Two.Get<WatchedBus>().DropNext(NodeTopics.TapNews);

        (await NextLineAsync(stream, "node")).GetProperty("line").GetString().ShouldBe("Some of what node two saw is missing here: it was lost on the way.");
    }

    [Fact]
    public async Task Flood_OnAnotherNode_IsCounted()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.Two.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();

        for (var i = 0; i < 4000; i++)
            await client.SendMessageAsync(channel, "1");

        (await NextLineAsync(stream, "missed")).GetProperty("line").GetString()!.ShouldContain("were not shown");
    }

    [Fact]
    public async Task Content_OfAnySize_FitsTheBus()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await visitor.SubmitAsync(scene.InspectPage, "show", new Dictionary<string, string>());
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);
        await using var device = await scene.Two.Api.OpenKnownDeviceAsync(scene.Device, scene.Key);
        var (client, channel, _) = await scene.Two.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();
        // Each of these characters is an escape of six, and seven when that is told.
        var text = JsonSerializer.Serialize(new string('\u0001', 5000));

        for (var i = 0; i < 20; i++)
        {
            await client.SendMessageAsync(channel, $$$$"""{"type":"DATA","seq":{{{{i}}}},"data":{"type":"NONE","message":{"type":"chat","text":{{{{text}}}}}}}""");
            (await device.ReceiveAsync()).ShouldContain("MESSAGE");
        }

        for (var i = 0; i < 20; i++)
        {
            var line = await stream.NextAsync("line", x => x.GetProperty("entry").GetProperty("kind").GetString() == "application");
            line.GetProperty("content").GetString().ShouldNotBeNullOrEmpty();
        }

        var told = scene.Two.Get<WatchedBus>().Told.Where(x => x.Topic == NodeTopics.TapNews).Select(x => System.Text.Encoding.UTF8.GetByteCount(x.Body)).ToList();
        told.Max().ShouldBeInRange(16 * 1024, 64 * 1024);
    }

    [Fact]
    public async Task Tap_OfALookThatIsOver_EndsOnTheOtherNode()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", AllAreFollowed);
        scene.Two.Get<TapList>().Count.ShouldBe(1);

        scene.One.Get<WatchedBus>().IsCut = true;

        await Eventually.HoldsAsync("nothing is captured", () => scene.Two.Get<TapList>().Count == 0);
    }

    private static Task SendOfferAsync(TestPeer device, string channel, long seq) => device.SendMessageAsync(
        channel, InspectScene.Message(seq, SignalingMessage.Of(new SessionDescription("offer", InspectScene.Offer)), new NoneSigner()));

    private static List<string> ToldOf(TestService node) => [.. node.Get<WatchedBus>().Told.Select(x => x.Body)];

    private static bool AllAreFollowed(JsonElement peers) =>
        peers.GetProperty("nodes").GetArrayLength() > 0 && peers.GetProperty("nodes").EnumerateArray().All(x => x.GetProperty("state").GetString() == "followed");

    private static string? StateOf(JsonElement peers, string node) =>
        peers.GetProperty("nodes").EnumerateArray().Where(x => x.GetProperty("name").GetString() == node).Select(x => x.GetProperty("state").GetString()).SingleOrDefault();

    private static bool IsOffer(JsonElement line) => line.GetProperty("entry").GetProperty("kind").GetString() == "offer";

    private static async Task<JsonElement> NextLineAsync(EventReader stream, string kind, Func<JsonElement, bool>? check = null) =>
        (await stream.NextAsync("line", x => x.GetProperty("entry") is var entry && entry.GetProperty("kind").GetString() == kind && (check is null || check(entry))))
        .GetProperty("entry");
}
