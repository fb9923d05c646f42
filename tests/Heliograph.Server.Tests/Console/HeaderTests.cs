using System.Net;

namespace Heliograph.Server.Tests.Console;

/// <summary>What browsers are told with every answer of the console, and the flags of its cookies.</summary>
public sealed class HeaderTests
{
    [Theory]
    [InlineData("/console", HttpStatusCode.Redirect)]
    [InlineData("/console/", HttpStatusCode.Redirect)]
    [InlineData("/CONSOLE/products", HttpStatusCode.Redirect)]
    [InlineData("/console/sign-in", HttpStatusCode.OK)]
    [InlineData("/console/continue", HttpStatusCode.OK)]
    [InlineData("/console/products", HttpStatusCode.Redirect)]
    [InlineData("/console/sign-out", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/console/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/console/assets/console.css", HttpStatusCode.OK)]
    [InlineData("/console/assets/sign-in.js", HttpStatusCode.OK)]
    [InlineData("/console/assets/nowhere.js", HttpStatusCode.NotFound)]
    public async Task Answers_ToAnyone_HaveTheHeaders(string path, HttpStatusCode status)
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);

        var answer = await visit.GetAsync(path);

        answer.Status.ShouldBe(status);
        ShouldHaveTheHeaders(answer);
        visit.Headers["Accept"] = "application/json";
        ShouldHaveTheHeaders(await visit.GetAsync(path));
    }

    [Theory]
    [InlineData("/console/products", HttpStatusCode.OK)]
    [InlineData("/console/products/new", HttpStatusCode.OK)]
    [InlineData("/console/products/pr-nothere0", HttpStatusCode.NotFound)]
    [InlineData("/console/nowhere", HttpStatusCode.NotFound)]
    public async Task Answers_ToWhoIsSignedIn_HaveTheHeadersAndAreNotKept(string path, HttpStatusCode status)
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);

        var answer = await visit.GetAsync(path);

        answer.Status.ShouldBe(status);
        answer.Headers["Content-Type"].ShouldStartWith("text/html");
        ShouldHaveTheHeaders(answer);
        answer.Headers["Cache-Control"].ShouldContain("no-store");
    }

    [Fact]
    public async Task Cookies_OverHttp_AreForRequestsOfOurOwnPagesAlone()
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);
        await visit.GetAsync("/console/sign-in");
        Flags(visit.SetCookies.ShouldHaveSingleItem()).ShouldBe(["heliograph-form", "httponly", "path=/console", "samesite=strict"]);

        await visit.SignInAsync(service.Api.ApiKey);

        Flags(visit.SetCookies.Single(x => x.StartsWith("heliograph-session=", StringComparison.Ordinal)))
            .ShouldBe(["heliograph-session", "httponly", "path=/console", "samesite=strict"]);
    }

    [Fact]
    public async Task Cookies_BehindAProxyThatEndsTls_AreForTlsAlone()
    {
        await using var service = await TestService.StartAsync(settings => settings.Service.TrustedProxies.Add("127.0.0.1"));
        using var visit = new ConsoleVisit(service);
        visit.Headers["X-Forwarded-Proto"] = "https";
        await visit.GetAsync("/console/sign-in");
        Flags(visit.SetCookies.ShouldHaveSingleItem()).ShouldBe(["__Secure-heliograph-form", "httponly", "path=/console", "samesite=strict", "secure"]);

        await visit.SignInAsync(service.Api.ApiKey);

        Flags(visit.SetCookies.Single(x => x.Contains("session", StringComparison.Ordinal)))
            .ShouldBe(["__Secure-heliograph-session", "httponly", "path=/console", "samesite=strict", "secure"]);
        (await visit.GetAsync("/console/products")).Status.ShouldBe(HttpStatusCode.OK);
        // One that somebody on the way could have planted over plain HTTP counts for nothing under TLS.
        visit.Cookies["heliograph-session"] = visit.Cookies["__Secure-heliograph-session"];
        visit.Cookies.Remove("__Secure-heliograph-session");
        (await visit.GetAsync("/console/products")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Cookies_OfTheConsole_AreSetNowhereElse()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);

        foreach (var path in (string[])["/", "/sdk/heliograph.js", "/v1/webrtc/products", "/health/live"])
        {
            await visit.GetAsync(path);
            visit.SetCookies.ShouldBeEmpty();
        }

        // Nor do they open the management API.
        (await visit.GetAsync("/v1/webrtc/products")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Console_ThatIsSwitchedOff_IsNotThere()
    {
        await using var service = await TestService.StartAsync(settings => settings.Console.IsEnabled = false);
        using var visit = new ConsoleVisit(service);

        foreach (var path in (string[])["/", "/console", "/console/sign-in", "/console/products"])
            (await visit.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await service.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Require(HttpStatusCode.OK);
    }

    private static void ShouldHaveTheHeaders(ConsoleVisit.Page answer)
    {
        var policy = answer.Headers["Content-Security-Policy"];
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("default-src '");
        policy.ShouldNotContain("unsafe");
        answer.Headers["X-Frame-Options"].ShouldBe("DENY");
        answer.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        answer.Headers["Referrer-Policy"].ShouldBe("no-referrer");
        answer.Headers["Cross-Origin-Opener-Policy"].ShouldBe("same-origin");
        answer.Headers["Cross-Origin-Resource-Policy"].ShouldBe("same-origin");
        answer.Headers.ShouldContainKey("Cache-Control");
    }

    /// <summary>A cookie's name and flags.</summary>
    private static IEnumerable<string> Flags(string line)
    {
        var parts = line.Split("; ");
        return [parts[0].Split('=')[0], .. parts[1..].Order(StringComparer.Ordinal)];
    }
}
