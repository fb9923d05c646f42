using System.Net;
using System.Text.Json;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Console;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Live;

/// <summary>The stream behind the live page: whose numbers it has, and when it ends.</summary>
public sealed class LiveStreamTests
{
    private const string Path = "/console/live/stream";

    [Fact]
    public async Task Numbers_AreThoseOfTheVisitorsOrganization()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        using var stranger = await ConsoleVisitor.SignInAsync(scene.Service, await scene.Service.Api.CreateApiKeyAsync("or-stranger"));
        await using var own = await visitor.FollowAsync(Path);
        await using var foreign = await stranger.FollowAsync(Path);
        await using var device = await scene.OpenDeviceAsync();
        var (client, channel, _) = await scene.Service.Api.OpenClientAsync(scene.Device);
        await using var _ = client;
        // From the second look on there is a rate: what came before the first counts for none.
        await own.NextAsync("now", x => x.GetProperty("rate").ValueKind == JsonValueKind.Number);
        for (var i = 0; i < 50; i++)
            await client.SendMessageAsync(channel, "1");

        var now = await own.NextAsync("now", x => x.GetProperty("rate") is { ValueKind: JsonValueKind.Number } rate && rate.GetDouble() > 0);

        (now.GetProperty("devices").GetInt32(), now.GetProperty("clients").GetInt32()).ShouldBe((1, 1));
        now.GetProperty("calls").EnumerateArray().ShouldContain(x => x.GetProperty("call").GetString() == "client/connect" && x.GetProperty("code").ValueKind == JsonValueKind.Null);
        var theirs = await foreign.NextAsync("now", x => x.GetProperty("rate").ValueKind == JsonValueKind.Number);
        (theirs.GetProperty("devices").GetInt32(), theirs.GetProperty("clients").GetInt32(), theirs.GetProperty("rate").GetDouble()).ShouldBe((0, 0, 0));
        theirs.GetProperty("calls").GetArrayLength().ShouldBe(0);
        foreign.Raw.ShouldNotContain(scene.Device.Device.Value);
        own.Raw.ShouldNotContain(channel);
    }

    [Fact]
    public async Task Page_WithoutScripts_ShowsHowItStood()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var device = await scene.OpenDeviceAsync();
        await scene.Service.EventAsync(scene.Device.Product, x => x.DeviceAddress == scene.Device);

        var page = await visitor.GetAsync($"/console/live?product={scene.Device.Product}");

        page.Text.ShouldContain("Connected devices 1");
        page.Text.ShouldContain("The device connected.");
        (await visitor.GetAsync("/console/live?product=%3Cscript%3E")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Stream_OfNobody_IsNotOpened()
    {
        await using var service = await TestService.StartAsync();

        (await service.Api.SendAsync(HttpMethod.Get, Path)).Status.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Service_Stops_EndsTheStreamAtOnce()
    {
        await using var scene = await InspectScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var stream = await visitor.FollowAsync(Path);
        await stream.NextAsync("now");

        await scene.Service.App.StopAsync().WaitAsync(TestPeer.Patience);

        (await stream.ReadToEndAsync()).ShouldBe("stopping");
    }

    [Fact]
    public async Task ApiKey_Revoked_EndsTheStreamThatItOpened()
    {
        await using var scene = await InspectScene.StartAsync();
        var key = await scene.Service.Get<ApiKeyStore>().CreateAsync(
            Actor.Service("or-operator"), "or-operator", "short", [ApiKeyStore.Read], null, CancellationToken.None);
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service, key.Key);
        await using var stream = await visitor.FollowAsync(Path);
        await stream.NextAsync("now");

        await scene.Service.Get<ApiKeyStore>().RevokeAsync(Actor.Service("or-operator"), "or-operator", key.ApiKey.Id, CancellationToken.None);

        (await stream.ReadToEndAsync()).ShouldBe("session");
    }

    [Fact]
    public async Task Streams_MoreThanAnOrganizationMayHave_AreRefusedUntilOneEnds()
    {
        await using var scene = await InspectScene.StartAsync(settings => settings.Live.StreamsPerOrganization = 2);
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Service);
        await using var first = await visitor.FollowAsync(Path);
        await using var second = await visitor.FollowAsync(scene.Stream);
        await first.NextAsync("now");
        await second.NextAsync("peers");

        (await visitor.GetAsync(Path)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        await first.DisposeAsync();

        await Eventually.HoldsAsync("there is room again", async () =>
        {
            await using var next = await visitor.FollowAsync(Path);
            return next.Status == HttpStatusCode.OK ? null : next.Status.ToString();
        });
    }
}
