using System.CommandLine;

namespace Heliograph.Load;

/// <summary>The options, and what of them goes together.</summary>
internal sealed class CommandLine
{
    private readonly Option<string?> _service = Make<string?>(
        "--service", "Start this heliograph, an executable or a .dll, with a data folder of its own.");
    private readonly Option<string?> _serviceConfiguration = Make<string?>(
        "--service-config", "The configuration file that it is started with. It has to raise the rate limits.");
    private readonly Option<string?> _url = Make<string?>("--url", "Instead: the base URL of a service that runs already.");
    private readonly Option<string?> _apiKey = Make<string?>("--api-key", "Its API key, with the right to manage.");
    private readonly Option<int?> _processId = Make<int?>("--pid", "Its process, for CPU and memory readings.");
    private readonly Option<string?> _name = Make<string?>("--name", "What the service is called in the table.");
    private readonly Option<string?> _before = Make<string?>("--before", "Start this heliograph too, to compare the first one with it.");
    private readonly Option<string?> _beforeConfiguration = Make<string?>("--before-config", "Its configuration file.");
    private readonly Option<string?> _beforeName = Make<string?>("--before-name", "What it is called in the table.");
    private readonly Option<string?> _floor = Make<string?>("--floor", "Start this floor relay, which the targets are set by.");
    private readonly Option<string?> _relay = Make<string?>("--relay", "Start this bare ASP.NET Core relay as a second yardstick.");
    private readonly Option<bool> _tls = Make<bool>("--tls", "TLS on all servers started here.");
    private readonly Option<string?> _collector = Make<string?>(
        "--gc", "Garbage collector of all servers started here. Default: as the service is configured.");
    private readonly Option<string[]> _only = Make<string[]>("--only", "Run some of the scenarios.");
    private readonly Option<bool> _quick = Make<bool>("--quick", "Small numbers, a few seconds: does it all work?");
    private readonly Option<int?> _pairs = Make<int?>("--pairs", "Pairs that relay (200).");
    private readonly Option<int?> _idlePairs = Make<int?>(
        "--idle-pairs", "Pairs that idle (9500), at most what the open-file limit allows.");
    private readonly Option<int?> _stormDevices = Make<int?>(
        "--storm-devices", "Devices that connect at once (19000), at most what the open-file limit allows.");
    private readonly Option<int?> _stormKnown = Make<int?>("--storm-known", "Devices of the storm that the server has seen before (0).");
    private readonly Option<int?> _stormRounds = Make<int?>("--storm-rounds", "Storms, per server (3).");
    private readonly Option<int?> _payload = Make<int?>("--payload", "Bytes of a message (512).");
    private readonly Option<int?> _rate = Make<int?>("--rate", "Relayed messages per second in the open loop (4000).");
    private readonly Option<int?> _connectRounds = Make<int?>("--connect-rounds", "Rounds of connects, 2,000 each (3).");
    private readonly Option<int?> _rounds = Make<int?>("--rounds", "Rounds of the closed and of the open loop, per server (5).");
    private readonly Option<int?> _launches = Make<int?>(
        "--launches", "Times that the servers of connect, closed and open are started anew, to run all rounds of these (1).");
    private readonly Option<double?> _seconds = Make<double?>("--seconds", "Seconds of a round (4).");
    private readonly Option<string?> _json = Make<string?>("--json", "Write the results to this file too.");
    private readonly Option<string?> _commit = Make<string?>("--commit", "The commit that was built, for the results file.");
    private readonly Option<bool> _gate = Make<bool>("--gate", "Exit with 3 if a target is missed.");

    public RootCommand Build()
    {
        _only.AllowMultipleArgumentsPerToken = true;
        _only.AcceptOnlyFromAmong(ScenarioNames.All);
        _collector.AcceptOnlyFromAmong("server", "workstation");
        var command = new RootCommand(
            "Measures what relaying, connecting and idling cost Heliograph, beside relays that have no rules.");
        foreach (var option in (Option[])[
            _service, _serviceConfiguration, _url, _apiKey, _processId, _name, _before, _beforeConfiguration, _beforeName, _floor, _relay,
            _tls, _collector, _only, _quick, _pairs, _idlePairs, _stormDevices, _stormKnown, _stormRounds, _payload, _rate, _connectRounds, _rounds, _launches, _seconds, _json, _commit, _gate])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(parsed));
        return command;
    }

    private static Option<T> Make<T>(string name, string description) => new(name) { Description = description };

    private int Run(ParseResult parsed)
    {
        try
        {
            using var run = new LoadRun(Read(parsed));
            return run.Run();
        }
        catch (Exception error) when (error is LoadException or IOException or HttpRequestException or System.Net.Sockets.SocketException)
        {
            Console.Error.WriteLine($"load: {error.Message}");
            return 2;
        }
    }

    private Settings Read(ParseResult parsed)
    {
        var sizes = parsed.GetValue(_quick) ? new Settings().AsQuick() : new Settings();
        var only = parsed.GetValue(_only) ?? [];
        var settings = sizes with
        {
            Service = parsed.GetValue(_service),
            ServiceConfiguration = parsed.GetValue(_serviceConfiguration),
            Url = ParseUrl(parsed.GetValue(_url)),
            ApiKey = parsed.GetValue(_apiKey),
            ProcessId = parsed.GetValue(_processId),
            Name = parsed.GetValue(_name) ?? sizes.Name,
            Before = parsed.GetValue(_before),
            BeforeConfiguration = parsed.GetValue(_beforeConfiguration),
            BeforeName = parsed.GetValue(_beforeName) ?? sizes.BeforeName,
            Floor = parsed.GetValue(_floor),
            Relay = parsed.GetValue(_relay),
            Tls = parsed.GetValue(_tls),
            Collector = parsed.GetValue(_collector),
            Scenarios = only.Length == 0 ? ScenarioNames.All : only,
            Pairs = parsed.GetValue(_pairs) ?? sizes.Pairs,
            IdlePairs = parsed.GetValue(_idlePairs) ?? sizes.IdlePairs,
            StormDevices = parsed.GetValue(_stormDevices) ?? sizes.StormDevices,
            StormKnown = parsed.GetValue(_stormKnown) ?? sizes.StormKnown,
            StormRounds = parsed.GetValue(_stormRounds) ?? sizes.StormRounds,
            PayloadBytes = parsed.GetValue(_payload) ?? sizes.PayloadBytes,
            Rate = parsed.GetValue(_rate) ?? sizes.Rate,
            IdleRounds = parsed.GetValue(_url) is null ? sizes.IdleRounds : 1,
            ConnectRounds = parsed.GetValue(_connectRounds) ?? sizes.ConnectRounds,
            Rounds = parsed.GetValue(_rounds) ?? sizes.Rounds,
            Launches = parsed.GetValue(_launches) ?? sizes.Launches,
            RoundTime = parsed.GetValue(_seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : sizes.RoundTime,
            JsonFile = parsed.GetValue(_json),
            Commit = parsed.GetValue(_commit),
            Gate = parsed.GetValue(_gate),
        };
        Check(settings);
        return settings;
    }

    private static Uri? ParseUrl(string? url)
    {
        if (url is null)
        {
            return null;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : throw new LoadException($"--url {url} is not a URL");
    }

    private static void Check(Settings settings)
    {
        var problem = settings switch
        {
            { Service: null, Url: null, Floor: null, Relay: null } => "name a server: --service, --url, --floor or --relay",
            { Service: null, Before: not null } => "--before needs --service",
            { Url: not null, Tls: true } => "--tls is for servers that are started here: write https:// in --url",
            { Service: not null, Url: not null } => "--service and --url exclude each other",
            { Url: not null, Launches: > 1 } => "--launches is for servers that are started here, and --url runs already",
            { Url: not null, ApiKey: null } => "--url needs --api-key",
            { Pairs: < 1 } or { IdlePairs: < 1 } or { StormDevices: < 1 } or { StormRounds: < 1 } or { Rounds: < 1 } or { Launches: < 1 } or { ConnectRounds: < 1 } =>
                "--pairs, --idle-pairs, --storm-devices, --storm-rounds, --rounds, --launches and --connect-rounds have to be 1 or more",
            _ when settings.StormKnown < 0 || settings.StormKnown > settings.StormDevices => "--storm-known has to be from 0 to --storm-devices",
            { Rate: < 2 } => "--rate has to be 2 or more",
            _ => null,
        };
        if (problem is not null)
        {
            throw new LoadException(problem);
        }
    }
}
