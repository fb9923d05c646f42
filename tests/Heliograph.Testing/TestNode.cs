using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Heliograph.Testing;

/// <summary>A node as a process of its own, with a way to broker and database that can be cut.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Dictionary<string, string> _settings;
    private readonly int _port;
    private readonly CuttingProxy _broker;
    private readonly CuttingProxy _database;
    private volatile bool _isBrokerCut;
    private volatile FateKind _databaseFate;
    private HeliographProcess? _process;
    private ApiClient? _api;

    /// <param name="name">Its name.</param>
    /// <param name="port">The port that it listens on.</param>
    /// <param name="folder">Where its data folder goes.</param>
    /// <param name="broker">The broker's URI.</param>
    /// <param name="database">The database's connection string.</param>
    /// <param name="settings">More of its environment.</param>
    public TestNode(string name, int port, TempFolder folder, string broker, string database, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        _port = port;
        _folder = folder;
        var brokerUri = new UriBuilder(broker);
        var connection = new NpgsqlConnectionStringBuilder(database);
        _broker = new(brokerUri.Uri, _ => _isBrokerCut ? new(FateKind.Reset, 0, TimeSpan.Zero) : Fate.None);
        _database = new(new($"tcp://127.0.0.1:{connection.Port}"), _ => _databaseFate == FateKind.None ? Fate.None : new(_databaseFate, 0, TimeSpan.Zero));
        brokerUri.Port = _broker.Port;
        connection.Port = _database.Port;
        _settings = new(settings, StringComparer.Ordinal)
        {
            ["HELIOGRAPH_Cluster__Node"] = name,
            ["HELIOGRAPH_Cluster__Brokers"] = brokerUri.Uri.AbsoluteUri,
            ["HELIOGRAPH_Registry__Postgres"] = connection.ConnectionString,
        };
    }

    public string Name { get; }

    public string BaseUrl => $"http://127.0.0.1:{_port}";

    public HeliographProcess Process => _process!;

    /// <summary>The files and sockets that its process has open.</summary>
    public int OpenFiles => Directory.GetFiles($"/proc/{Process.Id}/fd").Length;

    /// <summary>Bytes of memory that its process has resident.</summary>
    public long Memory => System.Diagnostics.Process.GetProcessById(Process.Id).WorkingSet64;

    /// <summary>The same when it had started.</summary>
    public int FilesAtStart { get; private set; }

    /// <inheritdoc cref="FilesAtStart"/>
    public long MemoryAtStart { get; private set; }

    /// <summary>Calls this node.</summary>
    public ApiClient Api => _api!;

    /// <summary>Starts it, or starts it again where it was.</summary>
    /// <param name="apiKey">The cluster's API key; null where it is this node that makes it.</param>
    public async Task StartAsync(string? apiKey = null)
    {
        _process = await HeliographProcess.ServeAsync(_folder.Sub($"data-{Name}"), _settings, "--listen", BaseUrl);
        _api ??= new(BaseUrl, apiKey ?? (await File.ReadAllTextAsync(_process.ApiKeyFile)).Trim());
        (FilesAtStart, MemoryAtStart) = (OpenFiles, Memory);
    }

    /// <summary>Cuts it off from the broker: connections are reset, and new ones, too.</summary>
    public void CutBroker()
    {
        _isBrokerCut = true;
        _broker.Cut(FateKind.Reset);
    }

    public void MendBroker() => _isBrokerCut = false;

    /// <summary>Cuts it off from the database.</summary>
    public void CutDatabase() => LoseDatabase(FateKind.Reset);

    /// <summary>Has the database fall silent: it is connected, and does not answer.</summary>
    public void HangDatabase() => LoseDatabase(FateKind.Swallow);

    public void MendDatabase() => _databaseFate = FateKind.None;

    public Task KillAsync() => Process.KillAsync();

    /// <summary>Stops it in order.</summary>
    public async Task StopAsync()
    {
        Process.Send(PosixSignal.SIGTERM);
        if (await Process.ExitAsync() is var code and not 0)
            throw new InvalidOperationException($"{Name} ended with {code}:\n{Process.Log}");
    }

    /// <summary>The status word of its readiness, with the status code.</summary>
    public async Task<string> ReadinessAsync()
    {
        var answer = await Api.SendAsync(HttpMethod.Get, "/health/ready");
        return string.Create(CultureInfo.InvariantCulture, $"{(int)answer.Status} {answer.Json["status"]!.GetValue<string>()}");
    }

    /// <summary>The sum of a metric over all its labels, or of one with these labels.</summary>
    public async Task<double> CountAsync(string metric)
    {
        var sum = 0.0;
        foreach (var line in (await Api.Http.GetStringAsync(new Uri($"{BaseUrl}/metrics"))).Split('\n'))
        {
            if (line.StartsWith(metric + " ", StringComparison.Ordinal) || line.StartsWith(metric + "{", StringComparison.Ordinal)
                || (metric.EndsWith('}') && line.StartsWith(metric, StringComparison.Ordinal)))
                sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }

        return sum;
    }

    /// <summary>Waits until it tells this of itself.</summary>
    public Task BecomesAsync(string readiness) => Eventually.HoldsAsync(
        $"{Name} is '{readiness}'", async () => await ReadinessAsync() is var now && now == readiness ? null : $"it is '{now}'", TimeSpan.FromMinutes(2));

    /// <summary>Waits until it tells this of itself, and then for a while in which it tells nothing else.</summary>
    public async Task HoldsForAsync(TimeSpan time, string readiness)
    {
        await BecomesAsync(readiness);
        var until = Environment.TickCount64 + (long)time.TotalMilliseconds;
        await Eventually.HoldsAsync($"{Name} stays '{readiness}'", async () => await ReadinessAsync() is var now && now != readiness
            ? throw new InvalidOperationException($"{Name} is '{now}'")
            : Environment.TickCount64 > until ? null : "the time is not over");
    }

    private void LoseDatabase(FateKind fate)
    {
        _databaseFate = fate;
        _database.Cut(fate);
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
    }
}
