using Heliograph.Server.Tests;
using Heliograph.Testing;

namespace Heliograph.Conformance.Tests;

/// <summary>Our service, with all that the suite can look at.</summary>
internal static class OwnService
{
    public static SuiteOptions Options { get; } = new() { Patience = TestPeer.Patience };

    public static Task<TestService> StartAsync(Action<Server.Hosting.Settings>? configure = null, TimeProvider? time = null) => TestService.StartAsync(
        settings =>
        {
            settings.Ice.StunUrls.Add("stun:stun.example:3478");
            settings.Ice.TurnUrls.Add("turn:turn.example:3478");
            settings.Ice.TurnSecret = "a secret of the tests";
            configure?.Invoke(settings);
        },
        build: builder =>
        {
            if (time is not null)
                Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(builder.Services, time);
        });

    /// <summary>Each check passed, but those that were left out on purpose.</summary>
    public static void ShouldAllPass(this IReadOnlyList<CheckResult> results)
    {
        results.Where(x => x.Outcome == CheckOutcome.Failed).Select(x => $"{x.Check.Id}: expected {x.Expected}; saw {x.Saw}").ShouldBeEmpty();
        results.Where(x => x.Outcome == CheckOutcome.NotChecked && x.Check.Kind == CheckKind.Usual).Select(x => $"{x.Check.Id}: {x.Reason}").ShouldBeEmpty();
    }
}
