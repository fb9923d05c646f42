using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Protocol.Signing;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Console;

namespace Heliograph.Server.Tests.Live;

/// <summary>The session inspector, over real sockets: what it tells, whom, and what it keeps to itself.</summary>
public sealed class InspectorTests
{
    [Fact]
    public async Task Session_Signed_IsToldLineByLineWithoutItsContent()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var stream = await visitor.FollowAsync(scene.Stream);
        stream.ContentType.ShouldBe("text/event-stream");
        (await stream.NextAsync("peers")).GetProperty("isOnline").GetBoolean().ShouldBeFalse();
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        var (mine, theirs) = (new SharedSecretSigner("secret"), new SharedSecretSigner("secret"));

        await client.SendMessageAsync(channel, InspectScene.Message(0, new SetupRequestMessage(), mine));
        await NextLineAsync(stream, "setup-request", "The client asked to begin (SETUP_REQUEST).");
        theirs.Verify(JsonElement.Parse(InspectScene.Message(0, new SetupRequestMessage(), new SharedSecretSigner("secret"))).GetProperty("data"));
        await device.SendMessageAsync(channel, InspectScene.Message(0, new SetupResponseMessage([new(["turn:turn.example.com:3478"], "user-1", "pass-1"), new(["stun:stun.example.com"])]), theirs));
        await NextLineAsync(stream, "setup-response", "The device agreed to begin (SETUP_RESPONSE), and names 2 ICE servers, 1 of them TURN.");
        await device.SendMessageAsync(channel, InspectScene.Message(1, SignalingMessage.Of(new SessionDescription("offer", InspectScene.Offer)), theirs));
        var offer = await NextLineAsync(
            stream, "offer", "The device sent an offer (video H264/VP8, audio opus; with candidates: 1 host).");
        await device.SendMessageAsync(channel, InspectScene.Message(2, Candidate("candidate:1 1 udp 1 203.0.113.9 51000 typ srflx raddr 10.0.0.1 rport 1"), theirs));
        await NextLineAsync(stream, "candidate", "The device named a way to reach it: its address as the internet sees it (srflx, UDP).");
        await client.SendMessageAsync(channel, """{"type":"ACK","seq":2}""");
        await NextLineAsync(stream, "ack", "The client confirmed message 2 (ACK).");

        offer.GetProperty("from").GetString().ShouldBe("device");
        offer.GetProperty("layers").GetString().ShouldBe("MESSAGE · DATA 1 · JWT · DESCRIPTION");
        offer.GetProperty("size").GetInt32().ShouldBeGreaterThan(InspectScene.Offer.Length);
        offer.GetProperty("channel").GetString().ShouldBe(channel[..8]);
        offer.GetProperty("sinceLast").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        foreach (var secret in (string[])[InspectScene.Fingerprint, InspectScene.Fragment, "s3cret", "192.168", "203.0.113", "127.0.0.1", "user-1", "pass-1", "turn.example", channel])
            stream.Raw.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Device_Cut_IsToldWithTheReasonAndSoIsWhatCanNotReachIt()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await using var stream = await visitor.FollowAsync(scene.Stream);
        var peers = await stream.NextAsync("peers");
        peers.GetProperty("isOnline").GetBoolean().ShouldBeTrue();
        peers.GetProperty("channels")[0].GetProperty("name").GetString().ShouldBe(channel[..8]);

        device.Cut();

        (await NextLineAsync(stream, "disconnected")).GetProperty("line").GetString()!.ShouldContain("its connection broke without a goodbye");
        await client.SendMessageAsync(channel, """{"type":"ACK","seq":0}""");
        await NextLineAsync(stream, "offline", "That message could not be handed on: the device is not connected. The client was told so (PEER_OFFLINE).");
        await device.DisposeAsync();
    }

    [Fact]
    public async Task Content_SwitchedOnByAManager_ReachesManagersAloneAndEndsByItself()
    {
        await using var scene = await InspectScene.StartAsync(settings => settings.Live.ContentTime = TimeSpan.FromSeconds(2));
        using var manager = await ConsoleVisitor.SignInAsync(scene.Service);
        using var viewer = await scene.SignInViewerAsync();
        await using var shown = await manager.FollowAsync(scene.Stream);
        await using var withheld = await viewer.FollowAsync(scene.Stream);
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;

        (await manager.SubmitAsync(scene.Page, "show", new Dictionary<string, string>())).Status.ShouldBe(HttpStatusCode.Redirect);
        (await shown.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Number)).GetProperty("secondsLeft").GetDouble().ShouldBeInRange(1, 2);
        await client.SendMessageAsync(channel, InspectScene.Message(0, SignalingMessage.Of(new SessionDescription("offer", InspectScene.Offer)), new NoneSigner()));
        var line = await shown.NextAsync("line", IsOffer);
        line.GetProperty("content").GetString().ShouldSatisfyAllConditions(
            x => x!.ShouldContain(InspectScene.Fingerprint), x => x!.ShouldContain("192.168.17.4"), x => x!.ShouldNotContain("s3cretPassword"));
        (await withheld.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shown.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Null)).ShouldNotBe(default);

        await client.SendMessageAsync(channel, InspectScene.Message(1, SignalingMessage.Of(new SessionDescription("offer", InspectScene.Offer)), new NoneSigner()));
        (await shown.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        withheld.Raw.ShouldNotContain(InspectScene.Fingerprint);
        await using var later = await manager.FollowAsync(scene.Stream);
        await later.NextAsync("line", IsOffer);
        await later.NextAsync("line", IsOffer);
        later.Raw.ShouldNotContain(InspectScene.Fingerprint);
        var (entries, _) = await scene.Service.Get<AuditLog>().ListAsync("or-operator", new(), null, 100, CancellationToken.None);
        entries.ShouldContain(x => x.Action == AuditAction.InspectionContentStart && x.Subject == new AuditSubject(scene.Device.Product.Value, scene.Device.Device.Value, null, null));
        scene.Service.Log.ShouldNotContain(x => x.Contains(InspectScene.Fingerprint));
    }

    [Fact]
    public async Task Message_OnAForeignChannel_IsToldWithoutItsName()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var stream = await visitor.FollowAsync(scene.Stream);
        await stream.NextAsync("peers");
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        var foreign = ChannelId.New().ToString()!;

        await client.SendMessageAsync(foreign, "1");
        (await NextLineAsync(stream, "offline")).ShouldSatisfyAllConditions(
            x => x.GetProperty("line").GetString()!.ShouldContain("a channel that is not its own"),
            x => x.GetProperty("channel").GetString().ShouldBe(channel[..8]));
        await device.SendMessageAsync("no channel", "1");
        (await NextLineAsync(stream, "offline")).GetProperty("line").GetString()!.ShouldContain("a channel that there can't be");

        stream.Raw.ShouldNotContain(foreign[..8]);
    }

    [Fact]
    public async Task Stream_ThatIsRefused_CapturesNothing()
    {
        await using var scene = await InspectScene.StartAsync(settings => settings.Live.StreamsPerOrganization = 1);
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var first = await visitor.FollowAsync("/console/live/stream");
        await first.NextAsync("now");

        (await visitor.GetAsync(scene.Stream)).Status.ShouldBe(HttpStatusCode.TooManyRequests);

        scene.Service.Get<TapList>().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Taps_LeftByTheirPages_AreFewAndOneCanBeOpenedAgain()
    {
        await using var scene = await InspectScene.StartAsync();
        var inspector = scene.Service.Get<Inspector>();
        var devices = Enumerable.Range(0, 200).Select(_ => new DeviceAddress(scene.Device.Product, DeviceId.New())).ToList();
        var kept = inspector.Open("or-other", scene.Device);

        foreach (var device in devices)
            inspector.Close(inspector.Open("or-operator", device));

        scene.Service.Get<TapList>().Count.ShouldBe(51);
        kept.End.ShouldBeNull();
        var again = inspector.Open("or-operator", devices[0]);
        again.End.ShouldBeNull();
        inspector.Close(again);
        inspector.Close(kept);
    }

    [Fact]
    public async Task Content_OfWhatWasSentBeforeItWasSwitchedOn_StaysHidden()
    {
        await using var scene = await InspectScene.StartAsync();
        using var manager = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var stream = await manager.FollowAsync(scene.Stream);
        await stream.NextAsync("peers");
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        var later = DateTime.UtcNow.AddHours(1);
        scene.Service.Get<TapList>().Find(scene.Device)!.ShowContent("later", later, later.AddHours(1));

        await client.SendMessageAsync(channel, InspectScene.Message(0, SignalingMessage.Of(new SessionDescription("offer", InspectScene.Offer)), new NoneSigner()));

        (await stream.NextAsync("line", IsOffer)).GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Content_OfAnSdpThatIsMisplaced_HasNoPasswordEither()
    {
        await using var scene = await InspectScene.StartAsync();
        using var manager = await ConsoleVisitor.SignInAsync(scene.Service);
        await manager.SubmitAsync(scene.Page, "show", new Dictionary<string, string>());
        await using var stream = await manager.FollowAsync(scene.Stream);
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        var misplaced = new JsonObject { ["type"] = "DESCRIPTION", ["description"] = InspectScene.Offer, ["note"] = "for all" };
        var message = new JsonObject { ["type"] = "DATA", ["seq"] = 0, ["data"] = new JsonObject { ["type"] = "NONE", ["message"] = misplaced } };

        await client.SendMessageAsync(channel, message.ToJsonString());

        var content = (await stream.NextAsync("line", x => x.GetProperty("content").ValueKind == JsonValueKind.String)).GetProperty("content").GetString()!;
        content.ShouldContain(InspectScene.Fingerprint);
        content.ShouldContain("for all");
        content.ShouldNotContain("s3cretPassword");
    }

    [Fact]
    public async Task Content_HiddenBeforeItsTime_IsGoneAndAudited()
    {
        await using var scene = await InspectScene.StartAsync();
        using var manager = await ConsoleVisitor.SignInAsync(scene.Service);
        await manager.SubmitAsync(scene.Page, "show", new Dictionary<string, string>());
        await using var stream = await manager.FollowAsync(scene.Stream);
        await stream.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Number);

        (await manager.SubmitAsync(scene.Page, "hide", new Dictionary<string, string>())).Status.ShouldBe(HttpStatusCode.Redirect);

        await stream.NextAsync("content", x => x.GetProperty("secondsLeft").ValueKind == JsonValueKind.Null);
        var (entries, _) = await scene.Service.Get<AuditLog>().ListAsync("or-operator", new(), null, 100, CancellationToken.None);
        entries.Select(x => x.Action).ShouldContain(AuditAction.InspectionContentStop);
    }

    [Fact]
    public async Task Content_SwitchedOnByAViewer_IsRefused()
    {
        await using var scene = await InspectScene.StartAsync();
        using var viewer = await scene.SignInViewerAsync();

        (await viewer.GetAsync(scene.Page)).Html.ShouldNotContain("id=\"content-start\"");
        var answer = await viewer.SubmitAsync(scene.Page, "show", new Dictionary<string, string>());

        answer.Status.ShouldNotBe(HttpStatusCode.Redirect);
        await using var stream = await viewer.FollowAsync(scene.Stream);
        (await stream.NextAsync("content")).GetProperty("secondsLeft").ValueKind.ShouldBe(JsonValueKind.Null);
        var (entries, _) = await scene.Service.Get<AuditLog>().ListAsync("or-operator", new(), null, 100, CancellationToken.None);
        entries.ShouldNotContain(x => x.Action == AuditAction.InspectionContentStart);
    }

    [Fact]
    public async Task Device_OfAnotherOrganization_IsNotThere()
    {
        await using var scene = await InspectScene.StartAsync();
        using var stranger = await ConsoleVisitor.SignInAsync(scene.Service, await scene.Service.Api.CreateApiKeyAsync("or-stranger"));

        (await stranger.GetAsync(scene.Page)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync(scene.Stream)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Device_Deleted_EndsTheStream()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var stream = await visitor.FollowAsync(scene.Stream);
        await stream.NextAsync("peers");

        await scene.Service.Api.ManageAsync(HttpMethod.Delete, $"/v1/webrtc/products/{scene.Device.Product}/devices/{scene.Device.Device}");

        (await stream.ReadToEndAsync()).ShouldBe("deleted");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("[[[[]]]]")]
    [InlineData("""{"type":"DATA"}""")]
    [InlineData("""{"type":"DATA","seq":1e999,"data":{}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"JWT","jwt":"a.b.c"}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"JWT","jwt":7}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"JWT"}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"JWT","jwt":"e30.W10.x"}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE"}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"\ud800"}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"\ud800":1,"type":"X"}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"<img src=x onerror=alert(1)>"}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"DESCRIPTION","description":{"type":"offer","sdp":"m=\nm= \na=rtpmap:\na=rtpmap: /\na=candidate:"}}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"DESCRIPTION","description":{"type":"offer","sdp":"\ud800"}}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"CANDIDATE","candidate":{"candidate":"candidate: typ host"}}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"CANDIDATE","candidate":null}}}""")]
    [InlineData("""{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"SETUP_RESPONSE","iceServers":[null,7,{"urls":[null]}]}}}""")]
    public async Task Message_OfAnyForm_IsALineAndHarmsNothing(string message)
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await visitor.SubmitAsync(scene.Page, "show", new Dictionary<string, string>());
        await using var stream = await visitor.FollowAsync(scene.Stream);
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();

        await client.SendMessageAsync(channel, message);
        (await device.ReceiveAsync()).ShouldContain(message);
        await client.SendMessageAsync(channel, """{"type":"ACK","seq":77}""");

        var line = await stream.NextAsync("line", x => x.GetProperty("entry").GetProperty("layers").ValueKind == JsonValueKind.String);
        line.GetProperty("entry").GetProperty("line").GetString()!.ShouldNotContain("<");
        await NextLineAsync(stream, "ack", "The client confirmed message 77 (ACK).");
    }

    [Fact]
    public async Task Flood_OfMessages_IsRelayedAndWhatIsTooMuchIsCounted()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var stream = await visitor.FollowAsync(scene.Stream);
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        await device.ReceiveAsync();
        var deep = new string('[', 20_000) + new string(']', 20_000);

        const int count = 1500;
        for (var i = 0; i < count; i++)
            await client.SendMessageAsync(channel, i % 10 == 0 ? deep : InspectScene.Message(i, new SetupRequestMessage(), new NoneSigner()));

        for (var i = 0; i < count; i++)
            (await device.ReceiveAsync()).ShouldContain("MESSAGE");
        (await NextLineAsync(stream, "missed")).GetProperty("line").GetString()!.ShouldContain("were not shown");
    }

    private static SignalingMessage Candidate(string candidate) => SignalingMessage.Of(new IceCandidate(candidate, "0", 0));

    private static bool IsOffer(JsonElement line) => line.GetProperty("entry").GetProperty("kind").GetString() == "offer";

    private static async Task<JsonElement> NextLineAsync(EventReader stream, string kind, string? text = null)
    {
        var line = (await stream.NextAsync("line", x => x.GetProperty("entry").GetProperty("kind").GetString() == kind)).GetProperty("entry");
        if (text is not null)
            line.GetProperty("line").GetString().ShouldBe(text);
        return line;
    }
}
