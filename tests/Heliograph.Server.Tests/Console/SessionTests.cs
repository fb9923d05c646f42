using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Console;

/// <summary>How sessions begin, hold and end.</summary>
public class SessionTests
{
    private const string Products = "/console/products";

    [Fact]
    public async Task SignIn_WithAnApiKey_GoesToThePageThatWasAskedFor()
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);

        var refused = await visit.GetAsync("/console/products/new");
        var answer = await visit.SignInAsync(service.Api.ApiKey, refused.Location!);

        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        answer.Location.ShouldBe("/console/products/new");
        (await visit.GetAsync("/console/products/new")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("//evil.example.com/console/")]
    [InlineData("/console/\\evil")]
    [InlineData("/consoles")]
    public async Task SignIn_WithSomewhereElseToGoOnTo_GoesToTheConsole(string next)
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);

        (await visit.SignInAsync(service.Api.ApiKey, $"/console/sign-in?next={Uri.EscapeDataString(next)}")).Location.ShouldBe("/console");
        (await visit.GetAsync($"/console/continue?next={Uri.EscapeDataString(next)}")).Body.ShouldContain("content=\"0;url=/console\"");
    }

    [Theory]
    [InlineData("")]
    [InlineData("hgk_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("' OR 1=1 --")]
    public async Task SignIn_WithAWrongKey_IsRefusedInWords(string key)
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);

        var answer = await visit.SignInAsync(key);

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Problem.ShouldBe("This API key is unknown, revoked or expired.");
        visit.Session.ShouldBeNull();
    }

    [Fact]
    public async Task SignIn_WithAKeyThatMayNotRead_IsRefusedInWords()
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);

        var answer = await visit.SignInAsync((await CreateKeyAsync(service, null, "manage")).Key);

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Problem!.ShouldContain("scope read");
    }

    [Fact]
    public async Task SignIn_WhereSomebodyIsSignedIn_MakesANewSessionAndEndsTheOld()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        using var planted = new ConsoleVisit(service);
        planted.Cookies["heliograph-session"] = visit.Session!;

        await visit.SignInAsync((await CreateKeyAsync(service, null, "read")).Key);

        visit.Session.ShouldNotBe(planted.Session);
        (await visit.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
        (await planted.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
    }

    [Fact]
    public async Task Session_OfACookieThatIsNotOurs_IsNone()
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);
        visit.Cookies["heliograph-session"] = "planted-by-somebody";

        (await visit.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
        await visit.SignInAsync(service.Api.ApiKey);

        visit.Session.ShouldNotBe("planted-by-somebody");
        (await visit.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SignOut_EndsTheSession_ForCopiesOfItsCookieToo()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        using var other = await ConsoleVisit.OfAsync(service);
        using var copy = new ConsoleVisit(service);
        copy.Cookies["heliograph-session"] = visit.Session!;
        (await copy.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);

        var token = (await visit.GetAsync(Products)).Token;
        var answer = await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = token });

        answer.Location.ShouldBe("/console/sign-in?done=signed-out");
        visit.Session.ShouldBeNull();
        (await copy.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
        (await other.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Asset_DoesNotAskForTheSession()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        using var copy = new ConsoleVisit(service);
        copy.Cookies["heliograph-session"] = visit.Session!;
        await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = (await visit.GetAsync(Products)).Token });

        (await copy.GetAsync("/console/assets/console.css")).Status.ShouldBe(HttpStatusCode.OK);

        // Whoever looks whether it holds takes the cookie back.
        copy.SetCookies.ShouldBeEmpty();
        (await copy.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
        copy.SetCookies.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task SignInAndOut_AreInTheAuditLog()
    {
        await using var service = await TestService.StartAsync();
        var key = await CreateKeyAsync(service, null, "read");
        using var visit = await ConsoleVisit.OfAsync(service, key.Key);

        await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = (await visit.GetAsync(Products)).Token });

        var (entries, _) = await service.Get<AuditLog>().ListAsync("or-operator", new() { Action = "session" }, null, 100, CancellationToken.None);
        entries.Select(x => (x.Action, x.Actor.Id, x.Actor.Via, x.Actor.Address)).ShouldBe(
            [("session.end", $"key:{key.Id}", "console", "127.0.0.1"), ("session.start", $"key:{key.Id}", "console", "127.0.0.1")]);
        entries[1].Detail.ShouldBe("with an API key");
    }

    [Fact]
    public async Task SignOut_InManyTabsAtOnce_WorksInAllAndIsOne()
    {
        await using var service = await TestService.StartAsync();
        var found = (await service.Get<ApiKeyStore>().FindAsync(service.Api.ApiKey, CancellationToken.None))!;
        var sessions = service.Get<Sessions>();

        for (var round = 0; round < 10; round++)
        {
            var user = sessions.Open(Visitor.Of(found), null);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                await using var scope = service.App.Services.CreateAsyncScope();
                await sessions.EndAsync(new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = user });
            })));
            (await sessions.HoldsAsync(user, CancellationToken.None)).ShouldBeFalse();
        }

        var (entries, _) = await service.Get<AuditLog>().ListAsync("or-operator", new() { Action = "session.end" }, null, 100, CancellationToken.None);
        entries.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Session_WhoseKeyIsRevoked_EndsEverywhere()
    {
        await using var service = await TestService.StartAsync();
        var key = await CreateKeyAsync(service, null, "read");
        using var one = await ConsoleVisit.OfAsync(service, key.Key);
        using var two = await ConsoleVisit.OfAsync(service, key.Key);
        using var other = await ConsoleVisit.OfAsync(service);

        (await service.Api.ManageAsync(HttpMethod.Delete, $"/v1/apikeys/{key.Id}")).Require(HttpStatusCode.OK);

        (await one.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
        (await two.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
        (await other.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SessionWatch_WhenTheKeyIsRevoked_EndsWhatIsOpen()
    {
        await using var service = await TestService.StartAsync();
        var key = await CreateKeyAsync(service, null, "read");
        var found = (await service.Get<ApiKeyStore>().FindAsync(key.Key, CancellationToken.None))!;
        var http = new DefaultHttpContext { RequestServices = service.App.Services, User = service.Get<Sessions>().Open(Visitor.Of(found), null) };
        await using var session = SessionWatch.Over(http);
        var ended = new TaskCompletionSource();
        session.Ended.Register(ended.SetResult);

        (await service.Api.ManageAsync(HttpMethod.Delete, $"/v1/apikeys/{key.Id}")).Require(HttpStatusCode.OK);

        await ended.Task.WaitAsync(TestPeer.Patience);
    }

    [Fact]
    public async Task Session_WhoseKeyExpires_EndsWithIt()
    {
        var clock = new FakeTimeProvider();
        await using var service = await StartAsync(clock);
        var key = await CreateKeyAsync(service, clock.GetUtcNow().AddMinutes(10), "read");
        using var visit = await ConsoleVisit.OfAsync(service, key.Key);

        clock.Advance(TimeSpan.FromMinutes(9));
        (await visit.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(1));
        (await visit.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
    }

    [Fact]
    public async Task Session_InUse_SlidesUpToItsLimit()
    {
        var clock = new FakeTimeProvider();
        await using var service = await StartAsync(clock);
        using var visit = await ConsoleVisit.OfAsync(service);

        // Idle for an hour at most, four hours in all.
        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(45));
            (await visit.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
        }

        clock.Advance(TimeSpan.FromMinutes(15));
        (await visit.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
    }

    [Fact]
    public async Task Session_NotInUse_Ends()
    {
        var clock = new FakeTimeProvider();
        await using var service = await StartAsync(clock);
        using var visit = await ConsoleVisit.OfAsync(service);

        clock.Advance(TimeSpan.FromMinutes(61));

        (await visit.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
    }

    [Fact]
    public async Task Session_AfterARestart_HoldsAndAnEndedOneDoesNot()
    {
        await using var first = await TestService.StartAsync();
        using var staying = await ConsoleVisit.OfAsync(first);
        using var leaving = await ConsoleVisit.OfAsync(first);
        var copy = leaving.Session!;
        await leaving.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = (await leaving.GetAsync(Products)).Token });

        await using var second = await first.RestartAsync();

        using var one = new ConsoleVisit(second);
        one.Cookies["heliograph-session"] = staying.Session!;
        (await one.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
        using var two = new ConsoleVisit(second);
        two.Cookies["heliograph-session"] = copy;
        (await two.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    [InlineData("*/*")]
    public async Task Request_OfAScriptWithoutASession_IsAnsweredWith401(string accept)
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);
        visit.Headers["Accept"] = accept;

        var answer = await visit.GetAsync(Products);

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        JsonNode.Parse(answer.Body)!.Text("code").ShouldBe(ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task Request_ThatAnotherSiteLedTo_GoesOverAPageOfOurs()
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);
        visit.Headers["Sec-Fetch-Site"] = "cross-site";

        var answer = await visit.GetAsync("/console/products?done=product-saved");
        answer.Location.ShouldBe("/console/continue?next=%2Fconsole%2Fproducts%3Fdone%3Dproduct-saved");

        var between = await visit.GetAsync(answer.Location!);
        between.Body.ShouldContain("""<meta http-equiv="refresh" content="0;url=/console/products?done=product-saved" />""");
        // A token for its forms would make those of other tabs stale.
        visit.SetCookies.ShouldBeEmpty();
    }

    private static Task<TestService> StartAsync(FakeTimeProvider clock) => TestService.StartAsync(
        settings =>
        {
            settings.Console.SessionIdleTime = TimeSpan.FromHours(1);
            settings.Console.SessionLifetime = TimeSpan.FromHours(4);
        },
        build: builder => builder.Services.AddSingleton<TimeProvider>(clock));

    private static async Task<(string Key, string Id)> CreateKeyAsync(TestService service, DateTimeOffset? expires, params string[] scopes)
    {
        var body = new JsonObject { ["scopes"] = new JsonArray([.. scopes.Select(x => JsonValue.Create(x))]), ["expiresAt"] = expires?.ToString("O") };
        var answer = (await service.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", body)).Require(HttpStatusCode.OK);
        return (answer.Text("key"), answer["apiKey"]!.Text("id"));
    }
}
