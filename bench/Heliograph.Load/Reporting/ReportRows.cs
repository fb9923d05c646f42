using Heliograph.Load.Readings;
using Heliograph.Load.Scenarios;

namespace Heliograph.Load.Reporting;

/// <summary>Which numbers make the table, and the targets they have. The numbers of a quick run are judged by none, nor are two commits.</summary>
/// <param name="settings">What was run.</param>
/// <param name="columns">The servers, in the order of the table.</param>
/// <param name="service">The one of them that is judged.</param>
/// <param name="floor">The one that it is compared with: the floor, or the service of another commit.</param>
/// <param name="signatureCosts">Microseconds of an ES256 verification, by round.</param>
internal sealed class ReportRows(
    Settings settings, IReadOnlyList<ServerResults> columns, ServerResults? service, ServerResults? floor, IReadOnlyList<double> signatureCosts)
{
    private const double BusyCpuRatio = 1.2;
    private const double QuietCpuRatio = 1.3;
    private const double RoundTripRatio = 1.3;
    private const double ConnectRatio = 1.5;
    private const double IdleKilobytes = 3;
    private const double StormRoundTripMilliseconds = 20;
    private const double StormTimeRatio = 4.0 / 3;

    // None for a message: what else a server allocates meanwhile, for its metrics say, comes to less.
    private const double AllocatedLimit = 0.5;

    private readonly List<ReportRow> _rows = [];

    public IReadOnlyList<ReportRow> Build()
    {
        if (Has(ScenarioNames.ClosedLoop))
        {
            AddRelay($"closed loop, {settings.Pairs} pairs", x => x.ClosedLoop, BusyCpuRatio, Target.Below(AllocatedLimit), roundTrip: null);
        }

        if (Has(ScenarioNames.OpenLoop))
        {
            AddRelay($"{settings.Rate} messages/s", x => x.OpenLoop, QuietCpuRatio, allocated: null, Target.Ratio(RoundTripRatio));
        }

        if (Has(ScenarioNames.Connect))
        {
            AddConnects();
        }

        if (Has(ScenarioNames.Idle))
        {
            Add("idle: connections", "", x => x.Idle?.Select(round => (double?)round.Connections).Median());
            AddIdle("memory of a connection", round => round.PerConnection, Target.AtMost(IdleKilobytes));
            AddIdle("private memory of a connection", round => round.PrivatePerConnection);
            AddIdle("memory before a collection", round => round.UnsettledPerConnection);
            AddIdle("server without connections", round => round.Before.Resident);
        }

        if (Has(ScenarioNames.Storm))
        {
            AddStorm();
        }

        return _rows;
    }

    private bool Has(string scenario) => settings.Scenarios.Contains(scenario, StringComparer.Ordinal);

    private static double? ConnectCpu(ServerResults? server) => server?.Connects?.Select(round => round.CpuPerConnect).Median();

    private void AddRelay(string name, Func<ServerResults, RelayResult?> result, double cpuRatio, Target? allocated, Target? roundTrip)
    {
        Add($"{name}: relayed messages", "1/s", x => result(x)?.Median(round => round.PerSecond));
        Add($"{name}: CPU of a message", "us", x => result(x)?.Median(round => round.CpuPerMessage), Target.Ratio(cpuRatio));
        Add($"{name}: allocated for a message", "B", x => result(x)?.Median(round => round.AllocatedPerMessage), allocated);
        foreach (var percent in (double[])[50, 99, 99.9])
        {
            var metric = FormattableString.Invariant($"{name}: round trip p{percent}");
            Add(metric, "us", x => result(x)?.RoundTrips.Percentile(percent), percent is 99 ? roundTrip : null);
        }
    }

    private void AddConnects()
    {
        Add("connects", "1/s", x => x.Connects?.Select(round => round.PerSecond).Median());
        Add("connects: CPU of a connect", "us", ConnectCpu);
        Add("connects: the same, on one connection", "us", x => x.ConnectsOnOneConnection?.Select(round => round.CpuPerConnect).Median());
        if (signatureCosts.Select(cost => (double?)cost).Median() is not { } signature || settings.Before is not null)
        {
            return;
        }

        // Not a server's, so in no column but the floor's.
        AddOf("connects: CPU of an ES256 verification", "us", ofService: null, signature, target: null);
        AddOf(
            "connects: CPU, beside verification and floor's upgrade",
            "us",
            ConnectCpu(service),
            signature + ConnectCpu(floor),
            Target.Ratio(ConnectRatio));
    }

    private void AddIdle(string name, Func<IdleRound, double?> value, Target? target = null) =>
        Add($"idle: {name}", "kB", x => x.Idle?.Select(value).Median(), target);

    private void AddStorm()
    {
        AddStorm("storm: devices", "", round => round.Devices);
        AddStorms("storm: all are in after", "s", round => round.Seconds, StormTime());
        AddStorm("storm: server's CPU of a connect", "us", round => round.CpuPerConnect);
        AddStorm("storm: generator's CPU of a connect", "us", round => round.GeneratorSeconds * 1e6 / round.Devices);
        AddStorm("storm: told to come later", "", round => round.Refused);
        Add("storm: broken or not answered, in all", "", x => x.Storm?.Sum(round => round.Broken), Target.AtMost(0));
        AddStorm("storm: round trip p50 of the others", "ms", round => round.RoundTripP50);
        AddStorms("storm: round trip p99 of the others", "ms", round => round.RoundTripP99, Target.Below(StormRoundTripMilliseconds));
        AddStorm("storm: of that, generator late by p99", "ms", round => round.LatenessP99);
    }

    /// <summary>The median of the storms.</summary>
    private void AddStorm(string name, string unit, Func<StormRound, double?> value, Target? target = null) =>
        Add(name, unit, x => x.Storm?.Select(value).Median(), target);

    /// <summary>With the best and the worst of them.</summary>
    private void AddStorms(string name, string unit, Func<StormRound, double?> value, Target? target)
    {
        AddStorm(settings.StormRounds == 1 ? name : $"{name}: median of {settings.StormRounds}", unit, value, target);
        if (settings.StormRounds > 1)
        {
            Add($"{name}: best", unit, x => x.Storm?.Min(value));
            Add($"{name}: worst", unit, x => x.Storm?.Max(value));
        }
    }

    /// <summary>What the connects cost in the same run, on all cores: as if the generator took none of them. And a third.</summary>
    private Target? StormTime() =>
        service?.Storm is [{ Devices: var devices }, ..] && ConnectCpu(service) is { } cpu
            ? Target.AtMost(devices * cpu / 1e6 / Environment.ProcessorCount * StormTimeRatio)
            : null;

    private void Add(string metric, string unit, Func<ServerResults, double?> value, Target? target = null) => _rows.Add(new ReportRow(
        metric, unit, [.. columns.Select(value)], Value(service, value), Value(floor, value), Judged(target)));

    private void AddOf(string metric, string unit, double? ofService, double? ofFloor, Target? target)
    {
        var values = columns.Select(x => ReferenceEquals(x, service) ? ofService : ReferenceEquals(x, floor) ? ofFloor : null);
        _rows.Add(new ReportRow(metric, unit, [.. values], ofService, ofFloor, Judged(target)));
    }

    private Target? Judged(Target? target) => settings.Quick || settings.Before is not null ? null : target;

    private static double? Value(ServerResults? server, Func<ServerResults, double?> value) => server is null ? null : value(server);
}
