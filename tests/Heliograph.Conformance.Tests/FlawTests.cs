using Heliograph.Conformance.Targets;
using Heliograph.Conformance.Tests.Flaws;
using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Server.Tests;

namespace Heliograph.Conformance.Tests;

/// <summary>Every check finds what it is there for.</summary>
public sealed class FlawTests(FlawedRuns runs) : IClassFixture<FlawedRuns>
{
    public static TheoryData<string> Checks => [.. Suite.Checks.Where(x => x.Kind is not (CheckKind.Slow or CheckKind.Restart)).Select(x => x.Id)];

    [Fact]
    public void Flaws_OfAllChecks_AreThere() => FlawList.All.Keys.Order().ShouldBe(Suite.Checks.Select(x => x.Id).Order());

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OfServiceWithItsFlaw_Fails(string id)
    {
        var result = await runs.OfAsync(id);

        result.Outcome.ShouldBe(CheckOutcome.Failed, result.Reason);
        result.Expected.ShouldNotBeNullOrEmpty();
        result.Saw.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Suite_ThroughProxyWithoutFlaw_Passes() => (await runs.UnflawedAsync()).ShouldAllPass();
}

/// <summary>Runs each check against a service with its flaw, many at a time.</summary>
public sealed class FlawedRuns : IAsyncLifetime
{
    private const int AtATime = 12;
    private const int DevicesOfRun = 2;

    private readonly Dictionary<string, Task<CheckResult>> _runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(AtATime);
    private TestService _service = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await OwnService.StartAsync();
        var checks = Suite.Checks.Where(x => x.Kind is not (CheckKind.Slow or CheckKind.Restart)).ToList();
        var targets = await Provision.CreateAsync(_service.Api, checks.Count * DevicesOfRun, checks.Count);
        var product = targets.Devices[0].Product;
        var own = targets.Devices.Where(x => x.Product == product).Chunk(DevicesOfRun).ToList();
        var foreign = targets.Devices.Where(x => x.Product != product).ToList();
        for (var i = 0; i < checks.Count; i++)
            _runs.Add(checks[i].Id, RunAsync(checks[i].Id, targets with { Devices = [.. own[i], foreign[i]] }));
    }

    public Task<CheckResult> OfAsync(string id) => _runs[id];

    /// <summary>The whole suite, through a proxy that changes nothing.</summary>
    internal async Task<IReadOnlyList<CheckResult>> UnflawedAsync()
    {
        await using var proxy = FlawedService.Start(_service.BaseUrl, new());
        var targets = await Provision.CreateAsync(_service.Api, 20);
        return await Suite.RunAsync(proxy.BaseUrl, targets, OwnService.Options, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_runs.Values);
        await _service.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<CheckResult> RunAsync(string id, TargetSet targets)
    {
        await _turn.WaitAsync();
        try
        {
            await using var proxy = FlawedService.Start(_service.BaseUrl, FlawList.All[id]);
            // A check that looks at what others saw needs one that sees something.
            var only = id == "http.errors.server-errors" ? (string[])[id, "http.device-connect.answer"] : [id];
            var options = OwnService.Options with { Only = only, IncludesLoad = true, Patience = TimeSpan.FromSeconds(3) };
            var results = await Suite.RunAsync(proxy.BaseUrl, targets, options, CancellationToken.None);
            return results.Single(x => x.Check.Id == id);
        }
        finally
        {
            _turn.Release();
        }
    }
}
