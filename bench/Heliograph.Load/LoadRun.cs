using Heliograph.Load.Readings;
using Heliograph.Load.Reporting;
using Heliograph.Load.Scenarios;
using Heliograph.Load.Servers;

namespace Heliograph.Load;

/// <summary>Starts the servers, runs the scenarios on them, reports.</summary>
internal sealed class LoadRun : IDisposable
{
    private const string FloorName = "floor";
    private const string BareRelayName = "bare relay";

    private readonly Settings _settings;
    private readonly ServerCertificate? _certificate;
    private readonly IReadOnlyDictionary<string, string> _runtime;
    private readonly List<ServerKind> _kinds = [];
    private readonly List<ServerResults> _results;
    private readonly List<double> _signatureCosts = [];

    public LoadRun(Settings settings)
    {
        _settings = settings;
        _certificate = settings.Tls ? new ServerCertificate() : null;
        var hasYardstick = settings.Floor is not null || settings.Relay is not null;
        _runtime = RuntimeSettings.For(hasYardstick ? settings.Service : null, settings.Collector);
        if (settings.Before is { } before)
        {
            AddService(settings.BeforeName, before, settings.BeforeConfiguration);
        }

        if (settings.Service is { } service)
        {
            AddService(settings.Name, service, settings.ServiceConfiguration);
        }
        else if (settings.Url is { } url)
        {
            _kinds.Add(new ServerKind(
                settings.Name,
                pairs => ServiceServer.At(settings.Name, url, settings.ApiKey!, settings.ProcessId, pairs)));
        }

        AddRelay(FloorName, settings.Floor);
        AddRelay(BareRelayName, settings.Relay);
        _results = [.. _kinds.Select(kind => new ServerResults(kind.Name))];
    }

    /// <summary>Returns the exit code: 3 where a target is missed and the run is a gate.</summary>
    /// <exception cref="LoadException">A scenario failed. What those before it gave is reported all the same.</exception>
    public int Run()
    {
        var machine = MachineFacts.Read(_settings.Commit);
        try
        {
            RunScenarios();
        }
        catch (LoadException) when (_results.Exists(results => results.HasAny))
        {
            Report(machine);
            throw;
        }

        var rows = Report(machine);
        return _settings.Gate && rows.Any(row => row.IsMet is false) ? 3 : 0;
    }

    public void Dispose() => _certificate?.Dispose();

    private void RunScenarios()
    {
        if (Has(ScenarioNames.Connect) || Has(ScenarioNames.ClosedLoop) || Has(ScenarioNames.OpenLoop))
        {
            for (var launch = 0; launch < _settings.Launches; launch++)
            {
                RunOnCommonServers();
            }
        }

        if (Has(ScenarioNames.Idle))
        {
            Keep(IdleScenario.Run(_settings, _kinds), (results, idle) => results.Idle = idle);
        }

        if (Has(ScenarioNames.Storm))
        {
            Keep(StormScenario.Run(_settings, _kinds), (results, storm) => results.Storm = storm);
        }
    }

    private IReadOnlyList<ReportRow> Report(MachineFacts machine)
    {
        string[] columns = [.. _results.Select(results => results.Name)];
        var reference = Of(_settings.Before is null ? FloorName : _settings.BeforeName);
        var rows = new ReportRows(_settings, _results, Of(_settings.Name), reference, _signatureCosts).Build();
        ReportTable.Print(Console.Out, machine, _runtime, columns, rows, _settings);
        if (_settings.JsonFile is { } file)
        {
            var rounds = _results.ToDictionary(results => results.Name, ServerRounds.Of, StringComparer.Ordinal);
            new ResultFile(machine, _runtime, Sizes.Of(_settings), [.. rows.Select(row => ResultRow.Of(row, columns))], rounds).Write(file);
        }

        return rows;
    }

    private void AddService(string name, string program, string? configuration)
    {
        // A service has the settings that it comes with, unless the run overrides the collector for all.
        var runtime = RuntimeSettings.For(service: null, _settings.Collector);
        _kinds.Add(new ServerKind(
            name,
            pairs => ServiceServer.Own(name, new OwnedService(program, configuration, runtime, _certificate), pairs)));
    }

    private void AddRelay(string name, string? program)
    {
        if (program is not null)
        {
            _kinds.Add(new ServerKind(name, _ => new PairRelayServer(name, program, _runtime, _certificate)));
        }
    }

    private void RunOnCommonServers()
    {
        List<IRelayServer> servers = [];
        try
        {
            foreach (var kind in _kinds)
            {
                Progress.Say($"{kind.Name}: starting");
                servers.Add(kind.Start(Math.Max(_settings.Pairs, _settings.Connects)));
            }

            // Before any pair is open: a second connection of a device would take over its first.
            if (Has(ScenarioNames.Connect))
            {
                Keep(
                    ConnectScenario.Run(_settings, servers, onOneConnection: false, _signatureCosts),
                    (results, connects) => results.Connects = [.. results.Connects ?? [], .. connects]);
                Keep(
                    ConnectScenario.Run(_settings, servers, onOneConnection: true, _signatureCosts),
                    (results, connects) => results.ConnectsOnOneConnection = [.. results.ConnectsOnOneConnection ?? [], .. connects]);
            }

            RunRelay(servers);
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private void RunRelay(List<IRelayServer> servers)
    {
        if (!Has(ScenarioNames.ClosedLoop) && !Has(ScenarioNames.OpenLoop))
        {
            return;
        }

        using var relay = new RelayScenario(_settings, servers);
        if (Has(ScenarioNames.ClosedLoop))
        {
            Keep(relay.RunClosedLoop(), (results, closed) => (results.ClosedLoop ??= new()).Add(closed));
        }

        if (Has(ScenarioNames.OpenLoop))
        {
            Keep(relay.RunOpenLoop(), (results, open) => (results.OpenLoop ??= new()).Add(open));
        }
    }

    private bool Has(string scenario) => _settings.Scenarios.Contains(scenario, StringComparer.Ordinal);

    private ServerResults? Of(string name) =>
        _results.Find(results => string.Equals(results.Name, name, StringComparison.Ordinal));

    private void Keep<T>(IReadOnlyList<T> perServer, Action<ServerResults, T> keep)
    {
        for (var i = 0; i < perServer.Count; i++)
        {
            keep(_results[i], perServer[i]);
        }
    }
}
