using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Live;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Relay;
using Heliograph.Server.Tests.Console;

namespace Heliograph.Server.Tests.Cluster;

/// <summary>
/// What nodes tell each other, as the first version that had it wrote it: nodes of two versions work side by side, so this must be read
/// for as long as its topic has its number.
/// </summary>
public sealed class NodeMessageTests
{
    private const string Event =
        """{"kind":"DeviceDisconnected","at":"2026-11-22T12:00:00.125Z","id":7,"count":2,"product":"wp-39wu7tex","device":"wd-3xtqp3hy4xxy3av3","isDeviceKnown":true,"isAuthorized":false,"sender":"Device","address":"192.0.2.7","reason":"Lost","seconds":61.5,"messages":3}""";

    private const string News =
        $$$"""{"look":"a1","number":4,"run":"r1","devices":2,"clients":1,"rate":1.5,"missed":3,"events":[{{{Event}}}],"calls":[{"call":"device/connect","code":"UNAUTHORIZED","count":9}]}""";

    private const string TapNews =
        $$$"""{"look":"a1","number":1,"upTo":"2026-11-22T12:00:02Z","lines":[{"at":"2026-11-22T12:00:01Z","channel":"0a1b2c3d","from":"client","kind":"offer","text":"The client sent an offer.","layers":"MESSAGE","size":9,"seq":5,"content":"v=0"},{"at":"2026-11-22T12:00:00.125Z","event":{{{Event}}}}],"peers":{"device":"2026-11-22T11:00:00Z","clientCount":1,"clients":[{"since":"2026-11-22T11:30:00Z","channel":"0a1b2c3d","isAuthorized":true}]}}""";

    [Fact]
    public void Messages_OfTheFirstVersion_AreWrittenAndReadSo()
    {
        ShouldGoBothWays(News, NodeJson.Wire.FeedNews);
        ShouldGoBothWays(TapNews, NodeJson.Wire.TapNews);
        ShouldGoBothWays("""{"look":"a1","organization":"or-1","product":"wp-39wu7tex","seconds":10}""", NodeJson.Wire.FeedWant);
        ShouldGoBothWays(
            """{"look":"a1","organization":"or-1","product":"wp-39wu7tex","device":"wd-3xtqp3hy4xxy3av3","seconds":10,"showing":"s1","showingSeconds":290.5}""",
            NodeJson.Wire.TapWant);
        ShouldGoBothWays("""{"product":"wp-39wu7tex","device":"wd-3xtqp3hy4xxy3av3","showing":"s1"}""", NodeJson.Wire.ContentHide);
        ShouldGoBothWays("""{"id":"q1","product":"wp-39wu7tex","device":"wd-3xtqp3hy4xxy3av3"}""", NodeJson.Wire.DeviceQuestion);
        ShouldGoBothWays(
            $$$"""{"id":"q1","since":"2026-11-22T10:00:00Z","connection":{"since":"2026-11-22T11:00:00Z","isAuthorized":false,"address":"192.0.2.7"},"clientCount":1,"clients":[{"since":"2026-11-22T11:30:00Z","channel":"0a1b2c3d","isAuthorized":true,"address":"192.0.2.8"}],"history":[{{{Event}}}]}""",
            NodeJson.Wire.DeviceKnowledge);
        ((string[])[
            NodeTopics.FeedWanted, NodeTopics.FeedNews, NodeTopics.DeviceAsked, NodeTopics.DeviceAnswer, NodeTopics.TapWanted, NodeTopics.TapNews, NodeTopics.ContentHidden,
        ]).ShouldBe(["feed.want.1", "feed.news.1", "device.ask.1", "device.answer.1", "tap.want.1", "tap.news.1", "tap.hide.1"]);
    }

    [Fact]
    public void Event_Told_IsTheSameOnTheOtherNode()
    {
        var happened = LiveEvent.Of(LiveEventKind.DeviceDisconnected, new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc), new DeviceAddress(ProductId.New(), DeviceId.New())) with
        {
            FirstId = 5, Count = 2, Channel = "0a1b2c3d", IsAuthorized = true, Sender = Role.Client, Address = System.Net.IPAddress.Parse("2001:db8::1"),
            Reason = EndReason.SlowConsumer, Duration = TimeSpan.FromSeconds(90), Messages = 4, Call = "client/connect", Code = "UNAUTHORIZED", Why = "no token",
        };

        var read = NodeEvents.Read(NodeEvents.Write(happened), "two");

        read.ShouldBe(happened with { Node = "two" });
    }

    [Fact]
    public void Event_OfANewerVersion_IsReadAsFarAsItIsKnown()
    {
        NodeEvents.Read(new() { Kind = "DeviceTeleported", At = DateTime.UtcNow }, "two").ShouldBeNull();
        NodeEvents.Read(new() { Kind = "3", At = DateTime.UtcNow }, "two").ShouldBeNull();
        var known = NodeEvents.Read(new() { Kind = "DeviceDisconnected", At = DateTime.UtcNow, Reason = "Bored", Sender = "Robot", Address = "?", Product = "?" }, "two")!;
        EventWords.Of(known).ShouldContain("it is not known why");
    }

    [Fact]
    public async Task Node_OfANewerVersion_IsUnderstoodAsFarAsItIsKnown()
    {
        await using var scene = await ClusterScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.One);
        await using var stream = await visitor.FollowAsync(scene.InspectStream);
        await stream.NextAsync("peers", x => x.GetProperty("nodes").GetArrayLength() == 1);
        var look = scene.One.Get<TapList>().Find(scene.Device)!.Look!.Id;
        var newer = new InProcessBackplane(
            scene.One.Get<InProcessNetwork>(), Microsoft.Extensions.Options.Options.Create(new ClusterOptions { Node = "newer" }), TimeProvider.System);
        await newer.JoinAsync(scene.Two.Get<RelayHub>(), CancellationToken.None);

        Tell(newer, "mood.1", """{"mood":"fine"}""");
        foreach (var topic in (string[])["feed.want.1", "feed.news.1", "device.ask.1", "device.answer.1", "tap.want.1", "tap.news.1", "tap.hide.1"])
        {
            foreach (var nonsense in (string[])["", "null", "[]", "{}", "{\"look\":null,\"number\":\"x\"}", "\u0001"])
                Tell(newer, topic, nonsense);
        }

        Tell(newer, "tap.news.1", $$$"""
            {"look":"{{{look}}}","number":1,"upTo":"2026-11-22T12:00:02Z","colour":"red","lines":[
              {"at":"2026-11-22T12:00:00Z","event":{"kind":"DeviceTeleported","at":"2026-11-22T12:00:00Z","to":"Mars"}},
              {"at":"2026-11-22T12:00:00Z","thought":"hm"},
              {"at":"2026-11-22T12:00:01Z","channel":"0a1b2c3d","from":"device","kind":"smell","text":"The device sent a smell.","strength":4}]}
            """);

        var line = (await stream.NextAsync("line", x => x.GetProperty("entry").GetProperty("node").GetString() == "newer")).GetProperty("entry");
        line.GetProperty("line").GetString().ShouldBe("The device sent a smell.");
        await newer.LeaveAsync(CancellationToken.None);
    }

    private static void Tell(InProcessBackplane bus, string topic, string body) => bus.Tell(topic, Encoding.UTF8.GetBytes(body));

    private static void ShouldGoBothWays<T>(string json, JsonTypeInfo<T> type)
    {
        var newer = json.Insert(1, "\"since the next version\":{\"a\":[1]},");
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, type)!, type).ShouldBe(json);
        JsonSerializer.Serialize(JsonSerializer.Deserialize(newer, type)!, type).ShouldBe(json);
    }
}
