using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Server.Console.SignIn.OpenId;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Console;

/// <summary>Signing in at a provider of OpenID Connect, which is there and answers, rightly and wrongly.</summary>
public sealed partial class OpenIdTests
{
    private const string Products = "/console/products";

    [Fact]
    public async Task SignIn_AtTheProvider_OpensASessionOverAPageOfOurs()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);

        var answer = await visit.GetAsync(await AskAsync(provider, visit, "/console/products/new"));

        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Body);
        answer.Location.ShouldBe("/console/continue?next=%2Fconsole%2Fproducts%2Fnew");
        visit.SetCookies.ShouldContain(x => x.StartsWith("heliograph-session=", StringComparison.Ordinal) && x.EndsWith("; samesite=strict; httponly", StringComparison.Ordinal));
        var page = await visit.GetAsync("/console/products/new");
        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Body.ShouldContain("Ada Lovelace");
        service.Log.ShouldContain(line => line.Contains("user:ada of or-operator signed in to the console as manager", StringComparison.Ordinal));
        var (entries, _) = await service.Get<AuditLog>().ListAsync("or-operator", new() { Action = "session" }, null, 10, CancellationToken.None);
        entries.Select(x => (x.Action, x.Actor.Id, x.Actor.Name, x.Detail)).ShouldBe([("session.start", "user:ada", "Ada Lovelace", "at the provider")]);
    }

    [Theory]
    [InlineData("""{"sub":"u","roles":"viewer","tenant":"or-a"}""", "viewer", "or-a")]
    [InlineData("""{"sub":"u","roles":["other","manager","viewer"],"tenant":["or-a"]}""", "manager", "or-a")]
    [InlineData("""{"sub":"u","roles":["other"],"tenant":"or-a"}""", null, "no role in this console")]
    [InlineData("""{"sub":"u","tenant":"or-a"}""", null, "no role in this console")]
    [InlineData("""{"sub":"u","roles":"Manager","tenant":"or-a"}""", null, "no role in this console")]
    [InlineData("""{"sub":"u","roles":"manager"}""", null, "no organization that this console knows")]
    [InlineData("""{"sub":"u","roles":"manager","tenant":""}""", null, "no organization that this console knows")]
    [InlineData("""{"sub":"u","roles":"manager","tenant":["or-a","or-b"]}""", null, "several organizations")]
    public async Task Claims_OfAPerson_AreTheirOrganizationAndRole(string claims, string? role, string expected)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider, openId => (openId.Organization, openId.OrganizationClaim) = (null, "tenant"));
        provider.Claims = (JsonObject)JsonNode.Parse(claims)!;
        using var visit = new ConsoleVisit(service);

        var answer = await visit.GetAsync(await AskAsync(provider, visit));

        if (role is null)
        {
            answer.Status.ShouldBe(HttpStatusCode.Forbidden);
            answer.Body.ShouldContain(expected);
            visit.Session.ShouldBeNull();
            return;
        }

        var page = await visit.GetAsync(Products);
        page.Body.ShouldContain($"title=\"{expected}\"");
        page.Body.ShouldContain($"<span class=\"badge\">{role}</span>");
    }

    [Theory]
    [InlineData("/camera/admins", "1", "manager", "or-one")]
    [InlineData("/camera/support", "2", "viewer", "or-two")]
    [InlineData("manager", "1", null, "no role in this console")]
    [InlineData("/camera/admins", "or-one", null, "no organization that this console knows")]
    public async Task Claims_WithNamesOfTheirOwn_AreMapped(string group, string tenant, string? role, string expected)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider, openId =>
        {
            (openId.Organization, openId.OrganizationClaim, openId.RoleClaim, openId.NameClaim) = (null, "tenant", "groups", "mail");
            openId.Organizations.Add(new() { Value = "1", Id = "or-one" });
            openId.Organizations.Add(new() { Value = "2", Id = "or-two" });
            openId.Managers.Add("/camera/admins");
            openId.Viewers.Add("/camera/support");
        });
        provider.Claims = new() { ["sub"] = "u", ["groups"] = new JsonArray(group, "x"), ["tenant"] = tenant, ["mail"] = "ada@example.com" };
        using var visit = new ConsoleVisit(service);

        var answer = await visit.GetAsync(await AskAsync(provider, visit));

        if (role is null)
        {
            answer.Body.ShouldContain(expected);
            return;
        }

        var page = await visit.GetAsync(Products);
        page.Body.ShouldContain($"<span class=\"quiet\" title=\"{expected}\">ada@example.com <span class=\"badge\">{role}</span>");
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("exp")]
    [InlineData("signature")]
    public async Task Token_ThatIsWrong_OpensNothingAndIsToldInWords(string what)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        provider.SignsWithAnotherKey = what == "signature";
        provider.Alter = claims =>
        {
            if (what == "exp")
                claims["exp"] = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
            else if (what != "signature")
                claims[what] = "another";
        };

        ShouldBeToldInWords(await visit.GetAsync(await AskAsync(provider, visit)), HttpStatusCode.BadRequest, "Signing in did not work");

        visit.Session.ShouldBeNull();
        (await visit.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
    }

    [Fact]
    public async Task Answer_ToAnotherBrowsersQuestion_OpensNothing()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var attacker = new ConsoleVisit(service);
        using var victim = new ConsoleVisit(service);
        var callback = await AskAsync(provider, attacker);

        ShouldBeToldInWords(await victim.GetAsync(callback), HttpStatusCode.BadRequest, "Signing in did not work");

        victim.Session.ShouldBeNull();
    }

    [Fact]
    public async Task Answer_WithAStateOfItsOwn_OpensNothing()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        var callback = await AskAsync(provider, visit);
        var state = callback.IndexOf("&state=", StringComparison.Ordinal) + "&state=".Length;

        foreach (var url in (string[])[callback[..state] + "another", callback[..(state - "&state=".Length)], callback[..^3], "/console/openid/callback"])
        {
            ShouldBeToldInWords(await visit.GetAsync(url), HttpStatusCode.BadRequest, "Signing in did not work");
            visit.Session.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Answer_ThatWasUsed_OpensNothingMore()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        var callback = await AskAsync(provider, visit);
        (await visit.GetAsync(callback)).Status.ShouldBe(HttpStatusCode.Redirect);
        visit.Cookies.Remove("heliograph-session");

        ShouldBeToldInWords(await visit.GetAsync(callback), HttpStatusCode.BadRequest, "Signing in did not work");

        visit.Session.ShouldBeNull();
    }

    [Fact]
    public async Task Person_WhomTheProviderRefuses_IsToldInWords()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        provider.RefusesThePerson = true;

        ShouldBeToldInWords(await visit.GetAsync(await AskAsync(provider, visit)), HttpStatusCode.BadRequest, "Signing in did not work");
    }

    [Fact]
    public async Task Provider_ThatCannotBeReached_IsToldInWordsAndApiKeysStillSignIn()
    {
        string authority;
        await using (var provider = await OpenIdProvider.StartAsync())
            authority = provider.Authority;
        await using var service = await TestService.StartAsync(settings => Configure(settings, authority));
        using var visit = new ConsoleVisit(service);

        ShouldBeToldInWords(await visit.GetAsync("/console/openid"), HttpStatusCode.ServiceUnavailable, "can&#x27;t be reached");
        ShouldBeToldInWords(await visit.GetAsync("/console/openid/sign-out"), HttpStatusCode.ServiceUnavailable, "can&#x27;t be reached");

        (await visit.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Provider_ThatGoesAwayMeanwhile_IsToldInWords()
    {
        var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        var callback = await AskAsync(provider, visit);
        await provider.DisposeAsync();

        ShouldBeToldInWords(await visit.GetAsync(callback), HttpStatusCode.ServiceUnavailable, "can&#x27;t be reached");
    }

    [Fact]
    public async Task WayToTheProvider_TakenByAnotherPagesPictures_LeavesTheTriesOfTheAddress()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await TestService.StartAsync(settings =>
        {
            Configure(settings, provider.Authority);
            settings.Console.TriesInterval = TimeSpan.FromHours(3);
            settings.Console.TriesPerAddress = settings.Console.TriesOfStrangers = 2;
        });
        using var visit = new ConsoleVisit(service);
        for (var i = 0; i < 5; i++)
            (await visit.GetAsync("/console/openid")).Status.ShouldBe(HttpStatusCode.Redirect);

        (await visit.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Session_OfAPerson_EndsWithTheToken_WhereItIsToldTo(bool endsWithToken)
    {
        var clock = new FakeTimeProvider();
        await using var provider = await OpenIdProvider.StartAsync();
        provider.TokenLifetime = TimeSpan.FromMinutes(10);
        await using var service = await TestService.StartAsync(
            settings =>
            {
                Configure(settings, provider.Authority);
                settings.OpenId.EndsWithToken = endsWithToken;
            },
            build: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var visit = new ConsoleVisit(service);
        await visit.GetAsync(await AskAsync(provider, visit));

        clock.Advance(TimeSpan.FromMinutes(9));
        (await visit.GetAsync(Products)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(2));
        (await visit.GetAsync(Products)).Status.ShouldBe(endsWithToken ? HttpStatusCode.Redirect : HttpStatusCode.OK);
    }

    [Fact]
    public async Task Session_OfAPerson_EndsWhereTheProviderIsTakenAway()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var first = await StartAsync(provider);
        using var before = new ConsoleVisit(first);
        await before.GetAsync(await AskAsync(provider, before));

        await using var second = await first.RestartAsync();

        using var after = new ConsoleVisit(second);
        after.Cookies["heliograph-session"] = before.Session!;
        (await after.GetAsync(Products)).Location!.ShouldContain("/console/sign-in");
        (await after.GetAsync("/console/openid")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await after.GetAsync("/console/sign-in")).Body.ShouldNotContain("Sign in with");
    }

    [Fact]
    public async Task SignOut_AtTheProvider_LeadsThereAndBack()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        await visit.GetAsync(await AskAsync(provider, visit));
        var signedOut = await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = (await visit.GetAsync(Products)).Token });
        (await visit.GetAsync(signedOut.Location!)).Body.ShouldContain("href=\"/console/openid/sign-out\"");

        var leaving = await visit.GetAsync("/console/openid/sign-out");
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var back = await browser.GetAsync(leaving.Location);

        provider.SignOuts.ShouldBe(1);
        (await visit.GetAsync(back.Headers.Location!.PathAndQuery)).Location.ShouldBe("/console/sign-in?done=signed-out-there");
    }

    [Fact]
    public async Task Log_OfSignInsAtTheProvider_HasNoSecret()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var service = await StartAsync(provider);
        using var visit = new ConsoleVisit(service);
        var callback = await AskAsync(provider, visit);
        await visit.GetAsync(callback);
        var session = visit.Session!;
        await visit.GetAsync(callback);
        provider.SignsWithAnotherKey = true;
        await visit.GetAsync(await AskAsync(provider, visit));

        service.Log.Count(line => line.Contains("A sign-in to the console from 127.0.0.1 was refused", StringComparison.Ordinal)).ShouldBe(2);
        foreach (var secret in (string[])[OpenIdProvider.ClientSecret, session, .. provider.Secrets, .. provider.Secrets.Where(x => x.Contains('.')).Select(x => x.Split('.')[2]), callback.Split("state=")[1]])
            service.Log.ShouldAllBe(line => !line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    private static Task<TestService> StartAsync(OpenIdProvider provider, Action<OpenIdOptions>? configure = null) =>
        TestService.StartAsync(settings =>
        {
            Configure(settings, provider.Authority);
            configure?.Invoke(settings.OpenId);
            settings.OpenId.Validate().ShouldBeEmpty();
        });

    private static void Configure(Settings settings, string authority)
    {
        var openId = settings.OpenId;
        (openId.Authority, openId.ClientId, openId.ClientSecret, openId.Organization) = (authority, OpenIdProvider.ClientId, OpenIdProvider.ClientSecret, "or-operator");
    }

    /// <summary>Goes to the provider, signs in there, and gives the URL that leads back.</summary>
    private static async Task<string> AskAsync(OpenIdProvider provider, ConsoleVisit visit, string next = Products)
    {
        var question = await visit.GetAsync($"/console/openid?next={Uri.EscapeDataString(next)}");
        question.Status.ShouldBe(HttpStatusCode.Redirect, question.Body);
        question.Location!.ShouldStartWith($"{provider.Authority}/authorize?");
        using var browser = new HttpClient();
        var page = await browser.GetStringAsync(question.Location);
        return new Uri(WebUtility.HtmlDecode(Link().Match(page).Groups["url"].Value)).PathAndQuery;
    }

    private static void ShouldBeToldInWords(ConsoleVisit.Page answer, HttpStatusCode status, string words)
    {
        answer.Status.ShouldBe(status, answer.Body);
        answer.Headers["Content-Type"].ShouldStartWith("text/html");
        answer.Body.ShouldContain(words);
        answer.Body.ShouldNotContain("Exception");
        answer.Body.ShouldNotContain("   at ");
        answer.Body.ShouldContain("href=\"/console/sign-in\"");
    }

    [GeneratedRegex("<a href=\"(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
