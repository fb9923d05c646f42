using System.Net;

namespace Heliograph.Server.Tests.Console;

/// <summary>How often one may try to sign in. Refilled once in many minutes: slow beside any of these tests.</summary>
public sealed class ThrottleTests
{
    private const int Tries = 3;

    [Fact]
    public async Task Tries_FromOneAddress_AreLimited_AndOthersMayStillSignIn()
    {
        await using var service = await StartAsync();
        using var guesser = From(service, "203.0.113.1");
        using var other = From(service, "203.0.113.2");
        for (var i = 0; i < Tries; i++)
            (await guesser.SignInAsync("wrong")).Status.ShouldBe(HttpStatusCode.Forbidden);

        var answer = await guesser.SignInAsync("wrong");

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Problem!.ShouldStartWith("Too many tries to sign in from your address. Try again in ");
        int.Parse(answer.Headers["Retry-After"]).ShouldBeInRange(1, 3600);
        // Not even the right one: whoever guesses must not learn that it is.
        (await guesser.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await other.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Tries_FromOneIPv6Site_AreOneAddress()
    {
        await using var service = await StartAsync();
        for (var i = 0; i < Tries; i++)
        {
            using var guesser = From(service, $"2001:db8:1:1::{i}");
            (await guesser.SignInAsync("wrong")).Status.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var neighbour = From(service, "2001:db8:1:1:ffff::1");
        (await neighbour.SignInAsync("wrong")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Tries_FromManyAddresses_AreLimited_ButNotForWhoSignedInBefore()
    {
        await using var service = await StartAsync();
        using var known = From(service, "203.0.113.200");
        await known.SignInAsync(service.Api.ApiKey);
        var last = default(HttpStatusCode);
        for (var i = 0; i < 10; i++)
        {
            using var guesser = From(service, $"203.0.113.{i}");
            last = (await guesser.SignInAsync("wrong")).Status;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        (await known.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Tries_OfOneAddressThatIsRefused_DoNotUseUpWhatStrangersShare()
    {
        await using var service = await StartAsync();
        using var guesser = From(service, "203.0.113.1");
        for (var i = 0; i < 50; i++)
            await guesser.SignInAsync("wrong");

        using var other = From(service, "203.0.113.2");
        (await other.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Tries_UnderInventedAddresses_AreThoseOfWhoSendsThem()
    {
        await using var service = await StartAsync(trustProxy: false);
        for (var i = 0; i < Tries; i++)
        {
            using var guesser = From(service, $"203.0.113.{i}");
            (await guesser.SignInAsync("wrong")).Status.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var again = From(service, "203.0.113.99");
        (await again.SignInAsync("wrong")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static Task<TestService> StartAsync(bool trustProxy = true) => TestService.StartAsync(settings =>
    {
        settings.Console.TriesInterval = TimeSpan.FromHours(3);
        settings.Console.TriesPerAddress = Tries;
        settings.Console.TriesOfStrangers = 5;
        if (trustProxy)
            settings.Service.TrustedProxies.Add("127.0.0.1");
    });

    private static ConsoleVisit From(TestService service, string address) => new(service) { Headers = { ["X-Forwarded-For"] = address } };
}
