using Heliograph.Conformance.Tests.Proxy;

namespace Heliograph.Conformance.Tests;

/// <summary>The list of checks, and how they are chosen and told.</summary>
public sealed class SuiteTests
{
    [Fact]
    public void Checks_All_AreNamedAndExplained()
    {
        Suite.Checks.Select(x => x.Id).ShouldBeUnique();
        foreach (var check in Suite.Checks)
        {
            check.Id.ShouldMatch("^(tokens|http|url|routing)(\\.[a-z0-9-]+)+$");
            check.Rule.Length.ShouldBeGreaterThan(10, check.Id);
            check.Why.ShouldEndWith(".");
        }
    }

    [Fact]
    public void Choose_ByNameOrBeginning_TakesWholeWords()
    {
        Suite.Choose(["http.cors-errors"]).Select(x => x.Id).ShouldBe(["http.cors-errors"]);
        Suite.Choose(["http.errors"]).ShouldAllBe(x => x.Id.StartsWith("http.errors."));
        Suite.Choose(["http.err"]).ShouldBeEmpty();
        Suite.Choose(["url", "tokens"]).Select(x => x.Section).Distinct().ShouldBe(["tokens", "url"]);
        Suite.Choose([]).ShouldBe(Suite.Checks);
    }

    [Fact]
    public async Task Run_OfServiceThatQuotesSecrets_DoesNotRepeatThem()
    {
        await using var service = await OwnService.StartAsync();
        var targets = await Provision.CreateAsync(service.Api, 2);
        var secrets = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var proxy = FlawedService.Start(service.BaseUrl, new()
        {
            Call = request =>
            {
                secrets.Add(request.Token ?? "none");
                return Flaws.Answers.Of(418, $$"""{"message":"No {{request.Token}} at wss://x/y?ticket=secret-ticket&z=1, please.","code":"X"}""");
            },
        });

        var results = await Suite.RunAsync(proxy.BaseUrl, targets, OwnService.Options with { Only = ["http.device-connect", "tokens.typ-may-be-missing"] }, CancellationToken.None);

        results.ShouldAllBe(x => x.Outcome == CheckOutcome.Failed);
        var told = string.Join('\n', results.Select(x => x.Saw));
        told.ShouldContain("<token>");
        told.ShouldNotContain("secret-ticket");
        foreach (var secret in secrets.Where(x => x != "none"))
            told.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Run_Cancelled_Ends()
    {
        await using var service = await OwnService.StartAsync();
        var targets = await Provision.CreateAsync(service.Api, 2);
        using var stop = new CancellationTokenSource();
        var options = OwnService.Options with { OnResult = _ => stop.Cancel() };

        await Should.ThrowAsync<OperationCanceledException>(() => Suite.RunAsync(new(service.BaseUrl), targets, options, stop.Token));
    }
}
