using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Heliograph.Testing;

/// <summary>
/// RabbitMQ, started by hand on loopback, with ports, a data folder and a port mapper of its own. It ends with the test. Where it is missing
/// the tests fail; ./test installs it.
/// </summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    /// <summary>Not what is on the PATH: that one becomes another user, and wants its own folders.</summary>
    private const string Programs = "/usr/lib/rabbitmq/bin";

    /// <summary>Six seconds on a machine that has nothing else to do.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly int _mapperPort;
    private readonly int _distributionPort;
    private readonly List<string> _log = [];
    private Process? _mapper;
    private Process? _broker;
    private int _brokerId;

    private RabbitMqBroker(TempFolder folder)
    {
        var ports = Ports.Free(3);
        (Port, _mapperPort, _distributionPort) = (ports[0], ports[1], ports[2]);
        _folder = folder.PathOf($"rabbitmq-{Port}");
        Directory.CreateDirectory(_folder);
    }

    public int Port { get; }

    /// <summary>How it is reached.</summary>
    public string Uri => $"amqp://guest:guest@127.0.0.1:{Port}";

    /// <summary>The process that holds all its memory.</summary>
    public int Id => _brokerId;

    /// <summary>What it wrote to its log.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public static async Task<RabbitMqBroker> StartAsync(TempFolder folder)
    {
        var broker = new RabbitMqBroker(folder);
        try
        {
            await broker.StartAgainAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the port and with the data that it had.</summary>
    public async Task StartAgainAsync()
    {
        // Found by the broker; otherwise it would start one that nobody owns.
        _mapper ??= Process.Start(Describe("epmd", "-address", "127.0.0.1", "-port", Text(_mapperPort)))!;
        var start = Describe($"{Programs}/rabbitmq-server");
        AddAddress(start);
        File.WriteAllText(Path.Combine(_folder, "rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{Port}\nlog.console = true\nlog.console.level = warning\n");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["RABBITMQ_DIST_PORT"] = Text(_distributionPort),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf"),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_PID_FILE"] = PidFile,
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none",
        })
            start.Environment[name] = value;
        File.Delete(PidFile);
        _broker = Process.Start(start)!;
        Note(_broker);
        await Eventually.HoldsAsync("RabbitMQ listens", AskAsync, StartPatience);
        _brokerId = int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_broker is not { } broker)
            return;
        // The shell that was started, and the virtual machine that it waits for.
        broker.Kill(entireProcessTree: true);
        await broker.WaitForExitAsync();
        broker.Dispose();
        _broker = null;
        await Eventually.HoldsAsync("RabbitMQ has ended", async () => await AskAsync() is null ? "it listens" : null);
    }

    /// <summary>Deletes queues behind the back of whoever uses them, as an operator can.</summary>
    /// <param name="isOne">Which, by name.</param>
    /// <returns>How many were.</returns>
    public async Task<int> DeleteQueuesAsync(Func<string, bool> isOne)
    {
        var names = (await ControlAsync("--quiet", "list_queues", "--no-table-headers", "name")).Split('\n').Where(isOne).ToList();
        foreach (var name in names)
            await ControlAsync("--quiet", "delete_queue", name);
        return names.Count;
    }

    /// <summary>Stops it where it is, until <see cref="Resume"/>: as a machine that hangs.</summary>
    public void Freeze() => Signal.Freeze(Id);

    public void Resume() => Signal.Resume(Id);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_mapper is null)
            return;
        _mapper.Kill();
        await _mapper.WaitForExitAsync();
        _mapper.Dispose();
        _mapper = null;
    }

    /// <summary>Tells it something by its own command line.</summary>
    private async Task<string> ControlAsync(params string[] arguments)
    {
        var start = Describe($"{Programs}/rabbitmqctl", arguments);
        AddAddress(start);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(StartPatience);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"rabbitmqctl {arguments[1]}: {await errors}");
    }

    /// <summary>Where it is, and by whose cookie it is told something.</summary>
    private void AddAddress(ProcessStartInfo start)
    {
        start.Environment["HOME"] = _folder;
        start.Environment["ERL_EPMD_PORT"] = Text(_mapperPort);
        start.Environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        start.Environment["RABBITMQ_NODENAME"] = $"heliograph-{Port}@localhost";
    }

    private string PidFile => Path.Combine(_folder, "pid");

    private void Note(Process process)
    {
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        lock (_log)
            _log.Add(line ?? "");
    }

    /// <summary>Null where it takes connections.</summary>
    private async Task<string?> AskAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", Port);
            return null;
        }
        catch (SocketException error)
        {
            return _broker is { HasExited: true } ? throw new InvalidOperationException($"RabbitMQ ended:\n{Log}") : error.Message;
        }
    }

    private static ProcessStartInfo Describe(string program, params string[] arguments) =>
        new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
