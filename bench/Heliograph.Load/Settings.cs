namespace Heliograph.Load;

/// <summary>What to run against what, and how much of it. The defaults are the sizes that results are quoted for.</summary>
internal sealed record Settings
{
    /// <summary>The service's executable or .dll, to be started here.</summary>
    public string? Service { get; init; }

    public string? ServiceConfiguration { get; init; }

    /// <summary>A service that runs already, with its API key and, for CPU and memory, its process.</summary>
    public Uri? Url { get; init; }

    public string? ApiKey { get; init; }

    public int? ProcessId { get; init; }

    /// <summary>The service of another commit, to be measured beside the first one.</summary>
    public string? Before { get; init; }

    public string? BeforeConfiguration { get; init; }

    /// <summary>What the services are called in the table.</summary>
    public string Name { get; init; } = "service";

    public string BeforeName { get; init; } = "before";

    public string? Floor { get; init; }

    public string? Relay { get; init; }

    public bool Tls { get; init; }

    public string? Collector { get; init; }

    public IReadOnlyList<string> Scenarios { get; init; } = ScenarioNames.All;

    public int Pairs { get; init; } = 200;

    public int PayloadBytes { get; init; } = 512;

    /// <summary>Relayed messages per second in the open loop; a round trip is two.</summary>
    public int Rate { get; init; } = 4000;

    public int Rounds { get; init; } = 5;

    /// <summary>
    /// Times that the servers of connects and of both loops are started anew, to run all their rounds. A process keeps what luck it has with where its
    /// code lies.
    /// </summary>
    public int Launches { get; init; } = 1;

    public TimeSpan RoundTime { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan WarmUpTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Of traffic on each server, before any is measured. What runs once a second is compiled anew after its thirtieth time, and for good, by what it
    /// was seen to do, after thirty more.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Connects in a round of the connect scenario.</summary>
    public int Connects { get; init; } = 2000;

    public int ConnectRounds { get; init; } = 3;

    /// <summary>Rounds before those that count: in the first, code is still being compiled. What that costs a fresh server is in the storm.</summary>
    public int ConnectWarmUps { get; init; } = 5;

    /// <summary>ES256 verifications in a round of the connect scenario.</summary>
    public int Verifications { get; init; } = 2000;

    public int StormDevices { get; init; } = 19_000;

    /// <summary>So many of them the server has seen before.</summary>
    public int StormKnown { get; init; }

    /// <summary>Each on a fresh server.</summary>
    public int StormRounds { get; init; } = 3;

    /// <summary>Relayed messages per second between the pairs that are open during the storm.</summary>
    public int StormRate { get; init; } = 1000;

    public int IdlePairs { get; init; } = 9500;

    /// <summary>Each on a fresh server: a second round on the same one would find the memory of the first.</summary>
    public int IdleRounds { get; init; } = 2;

    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The first garbage collection frees memory, the next ones give it back to the kernel.</summary>
    public int Collections { get; init; } = 3;

    public string? JsonFile { get; init; }

    public string? Commit { get; init; }

    public bool Gate { get; init; }

    public bool Quick { get; init; }

    /// <summary>Small enough to know in a moment that all of it works: the numbers mean nothing.</summary>
    public Settings AsQuick() => this with
    {
        Quick = true,
        Pairs = 10,
        Rate = 500,
        Rounds = 1,
        RoundTime = TimeSpan.FromSeconds(0.5),
        WarmUpTime = TimeSpan.FromSeconds(0.2),
        SettleTime = TimeSpan.FromSeconds(0.2),
        Connects = 20,
        ConnectRounds = 1,
        ConnectWarmUps = 1,
        Verifications = 200,
        StormDevices = 200,
        StormRounds = 1,
        IdlePairs = 50,
        IdleRounds = 1,
        IdleTime = TimeSpan.FromSeconds(0.5),
        Collections = 1,
    };
}

/// <summary>The names that <c>--only</c> takes.</summary>
internal static class ScenarioNames
{
    public const string Connect = "connect";
    public const string ClosedLoop = "closed";
    public const string OpenLoop = "open";
    public const string Idle = "idle";
    public const string Storm = "storm";

    public static readonly string[] All = [Connect, ClosedLoop, OpenLoop, Idle, Storm];
}
