using Heliograph.Load.Readings;
using Heliograph.Load.Scenarios;

namespace Heliograph.Load.Reporting;

/// <summary>Which numbers make the table, and the targets they have. The numbers of a quick run are judged by none.</summary>
internal sealed class ReportRows(Settings settings, ServerResults? service, ServerResults? bareRelay)
{
    private const double CpuRatio = 1.15;
    private const double IdleRatio = 1.1;
    private const double AllocatedLimit = 64;

    private readonly List<ReportRow> _rows = [];

    public IReadOnlyList<ReportRow> Build()
    {
        if (Has(ScenarioNames.ClosedLoop))
        {
            AddRelay($"closed loop, {settings.Pairs} pairs", server => server.ClosedLoop, Target.Below(AllocatedLimit));
        }

        if (Has(ScenarioNames.OpenLoop))
        {
            AddRelay($"{settings.Rate} messages/s", server => server.OpenLoop, allocated: null);
        }

        if (Has(ScenarioNames.Connect))
        {
            Add("connects", "1/s", server => server.Connects?.Select(round => round.PerSecond).Median());
            Add("connects: CPU of a connect", "us", server => server.Connects?.Select(round => round.CpuPerConnect).Median());
        }

        if (Has(ScenarioNames.Idle))
        {
            Add("idle: connections", "", server => server.Idle?.Select(round => (double?)round.Connections).Median());
            AddIdle("memory of a connection", round => round.PerConnection, Target.Ratio(IdleRatio));
            AddIdle("private memory of a connection", round => round.PrivatePerConnection);
            AddIdle("memory before a collection", round => round.UnsettledPerConnection);
            AddIdle("server without connections", round => round.Before.Resident);
        }

        return _rows;
    }

    private bool Has(string scenario) => settings.Scenarios.Contains(scenario, StringComparer.Ordinal);

    private void AddRelay(string name, Func<ServerResults, RelayResult?> result, Target? allocated)
    {
        Add($"{name}: relayed messages", "1/s", server => result(server)?.Median(round => round.PerSecond));
        Add($"{name}: CPU of a message", "us", server => result(server)?.Median(round => round.CpuPerMessage), Target.Ratio(CpuRatio));
        Add($"{name}: allocated for a message", "B", server => result(server)?.Median(round => round.AllocatedPerMessage), allocated);
        foreach (var percent in (double[])[50, 99, 99.9])
        {
            var metric = FormattableString.Invariant($"{name}: round trip p{percent}");
            Add(metric, "us", server => result(server)?.RoundTrips.Percentile(percent));
        }
    }

    private void AddIdle(string name, Func<IdleRound, double?> value, Target? target = null) =>
        Add($"idle: {name}", "kB", server => server.Idle?.Select(value).Median(), target);

    private void Add(string metric, string unit, Func<ServerResults, double?> value, Target? target = null) =>
        _rows.Add(new ReportRow(metric, unit, Value(service, value), Value(bareRelay, value), settings.Quick ? null : target));

    private static double? Value(ServerResults? server, Func<ServerResults, double?> value) => server is null ? null : value(server);
}
