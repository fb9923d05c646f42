using Heliograph.Load.Readings;
using Heliograph.Load.Reporting;
using Heliograph.Load.Scenarios;
using Heliograph.Load.Servers;

namespace Heliograph.Load;

/// <summary>Starts the servers, runs the scenarios on them, reports.</summary>
internal sealed class LoadRun
{
    private readonly Settings _settings;
    private readonly IReadOnlyDictionary<string, string> _runtime;
    private readonly List<ServerKind> _kinds = [];
    private readonly List<ServerResults> _results;

    public LoadRun(Settings settings)
    {
        _settings = settings;
        _runtime = RuntimeSettings.For(settings.Service, settings.Collector);
        if (settings.Service is { } service)
        {
            _kinds.Add(new ServerKind(
                ServiceServer.DisplayName,
                pairs => ServiceServer.Own(new OwnedService(service, settings.ServiceConfiguration, _runtime), pairs)));
        }
        else if (settings.Url is { } url)
        {
            _kinds.Add(new ServerKind(
                ServiceServer.DisplayName,
                pairs => ServiceServer.At(url, settings.ApiKey!, settings.ProcessId, pairs)));
        }

        if (settings.Relay is { } relay)
        {
            _kinds.Add(new ServerKind(BareRelayServer.DisplayName, _ => new BareRelayServer(relay, _runtime)));
        }

        _results = [.. _kinds.Select(_ => new ServerResults())];
    }

    /// <summary>Returns the exit code: 3 where a target is missed and the run is a gate.</summary>
    public int Run()
    {
        RunOnCommonServers();
        if (Has(ScenarioNames.Idle))
        {
            Keep(IdleScenario.Run(_settings, _kinds), (results, idle) => results.Idle = idle);
        }

        var rows = new ReportRows(_settings, Of(ServiceServer.DisplayName), Of(BareRelayServer.DisplayName)).Build();
        var machine = MachineFacts.Read(_settings.Commit);
        ReportTable.Print(Console.Out, machine, _runtime, rows, _settings.Quick);
        if (_settings.JsonFile is { } file)
        {
            var rounds = _kinds.Zip(_results)
                .ToDictionary(pair => pair.First.Name, pair => ServerRounds.Of(pair.Second), StringComparer.Ordinal);
            new ResultFile(machine, _runtime, Sizes.Of(_settings), [.. rows.Select(ResultRow.Of)], rounds).Write(file);
        }

        return _settings.Gate && rows.Any(row => row.IsMet is false) ? 3 : 0;
    }

    private void RunOnCommonServers()
    {
        if (!Has(ScenarioNames.Connect) && !Has(ScenarioNames.ClosedLoop) && !Has(ScenarioNames.OpenLoop))
        {
            return;
        }

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
                Keep(ConnectScenario.Run(_settings, servers), (results, connects) => results.Connects = connects);
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
            Keep(relay.RunClosedLoop(), (results, closed) => results.ClosedLoop = closed);
        }

        if (Has(ScenarioNames.OpenLoop))
        {
            Keep(relay.RunOpenLoop(), (results, open) => results.OpenLoop = open);
        }
    }

    private bool Has(string scenario) => _settings.Scenarios.Contains(scenario, StringComparer.Ordinal);

    private ServerResults? Of(string name)
    {
        var index = _kinds.FindIndex(kind => string.Equals(kind.Name, name, StringComparison.Ordinal));
        return index < 0 ? null : _results[index];
    }

    private void Keep<T>(IReadOnlyList<T> perServer, Action<ServerResults, T> keep)
    {
        for (var i = 0; i < perServer.Count; i++)
        {
            keep(_results[i], perServer[i]);
        }
    }
}
