using Heliograph.Conformance.Tests.Flaws;
using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Testing;

namespace Heliograph.Conformance.Tests;

/// <summary>Our service keeps every rule.</summary>
public sealed class OwnServiceTests
{
    /// <summary>Minutes become seconds.</summary>
    private const int Quicker = 30;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Suite_WithDefaultRateLimitsAndLoad_Passes(bool besideHttp)
    {
        var limits = new Server.Connect.RateLimitOptions();
        await using var service = await OwnService.StartAsync(settings =>
        {
            settings.Service.BesideHttp = besideHttp;
            settings.RateLimits.PerAddress = limits.PerAddress;
            settings.RateLimits.PerAddressBurst = limits.PerAddressBurst;
            settings.RateLimits.PerProduct = limits.PerProduct;
            settings.RateLimits.PerProductBurst = limits.PerProductBurst;
        });
        var targets = await Provision.CreateAsync(service.Api, 20);

        var results = await Suite.RunAsync(new(service.BaseUrl), targets, OwnService.Options with { IncludesLoad = true }, CancellationToken.None);

        results.Count.ShouldBe(Suite.Checks.Count);
        results.ShouldAllPass();
        results.Where(x => x.Check.Kind == CheckKind.Load).ShouldAllBe(x => x.Outcome == CheckOutcome.Passed);
    }

    [Fact]
    public async Task Suite_OfServiceWithoutTurn_SaysWhatItCouldNotSee()
    {
        await using var service = await Server.Tests.TestService.StartAsync();
        var targets = await Provision.CreateAsync(service.Api, 4);

        var results = await Suite.RunAsync(new(service.BaseUrl), targets, OwnService.Options with { Only = ["http.ice-servers"] }, CancellationToken.None);

        results.ShouldAllBe(x => x.Outcome != CheckOutcome.Failed);
        results.Single(x => x.Check.Id == "http.ice-servers.answer").Outcome.ShouldBe(CheckOutcome.Passed);
        results.Single(x => x.Check.Id == "http.ice-servers.turn-with-scope").Reason!.ShouldContain("no TURN");
    }

    [Fact]
    public async Task Suite_WithOneDeviceAndNoManagementApi_SaysWhatItNeeds()
    {
        await using var service = await OwnService.StartAsync();
        var all = await Provision.CreateAsync(service.Api, 1);

        var results = await Suite.RunAsync(new(service.BaseUrl), new([all.Devices[0]]), OwnService.Options with { Only = ["tokens"] }, CancellationToken.None);

        results.ShouldAllBe(x => x.Outcome != CheckOutcome.Failed);
        results.Single(x => x.Check.Id == "tokens.kid-of-other-device").Reason!.ShouldContain("2 devices");
        results.Single(x => x.Check.Id == "tokens.kid-of-other-product").Reason!.ShouldContain("two products");
        results.Single(x => x.Check.Id == "tokens.removed-key").Reason!.ShouldContain("management API");
        results.Single(x => x.Check.Id == "tokens.expired").Outcome.ShouldBe(CheckOutcome.Passed);
    }

    [Fact]
    public async Task SlowChecks_OfOurService_Pass()
    {
        foreach (var result in await RunSlowAsync(_ => new(), TestPeer.Patience))
            result.Outcome.ShouldBe(CheckOutcome.Passed, $"{result.Check.Id}: expected {result.Expected}; saw {result.Saw}");
    }

    [Fact]
    public async Task SlowChecks_OfServiceWithTheirFlaws_Fail()
    {
        foreach (var result in await RunSlowAsync(x => FlawList.All[x.Id], TimeSpan.FromSeconds(3)))
            result.Outcome.ShouldBe(CheckOutcome.Failed, result.Check.Id);
    }

    [Fact]
    public async Task RestartChecks_OfOurService_Pass()
    {
        foreach (var check in Suite.Checks.Where(x => x.Kind == CheckKind.Restart))
            (await RunRestartAsync(check, new())).ShouldAllPass();
    }

    [Fact]
    public async Task RestartChecks_OfServiceWithTheirFlaws_Fail()
    {
        foreach (var check in Suite.Checks.Where(x => x.Kind == CheckKind.Restart))
            (await RunRestartAsync(check, FlawList.All[check.Id])).ShouldAllBe(x => x.Outcome == CheckOutcome.Failed);
    }

    /// <summary>Each slow check against a service with a flaw, or none.</summary>
    private static async Task<IReadOnlyList<CheckResult>> RunSlowAsync(Func<Check, Flaw> flawOf, TimeSpan patience)
    {
        var time = new QuickTime(Quicker);
        await using var service = await OwnService.StartAsync(time: time);
        var runs = Suite.Checks.Where(x => x.Kind == CheckKind.Slow).Select(async check =>
        {
            await using var proxy = FlawedService.Start(service.BaseUrl, flawOf(check));
            var options = OwnService.Options with { IncludesSlow = true, Time = time, Patience = patience, Only = [check.Id] };
            return (await Suite.RunAsync(proxy.BaseUrl, await Provision.CreateAsync(service.Api, 1), options, CancellationToken.None)).Single();
        });
        return await Task.WhenAll(runs);
    }

    private static async Task<IReadOnlyList<CheckResult>> RunRestartAsync(Check check, Flaw flaw)
    {
        var service = await OwnService.StartAsync();
        try
        {
            await using var proxy = FlawedService.Start(service.BaseUrl, flaw);
            var options = OwnService.Options with
            {
                Only = [check.Id],
                RestartAsync = async _ =>
                {
                    service = await service.RestartAsync();
                    proxy.Memory["restarted"] = Environment.TickCount64;
                    proxy.Upstream = new(service.BaseUrl);
                },
            };
            return await Suite.RunAsync(proxy.BaseUrl, await Provision.CreateAsync(service.Api, 1), options, CancellationToken.None);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }
}
