using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Heliograph.Testing;

/// <summary>coturn, the TURN server, on loopback, with ports and files of its own. Where it is missing the tests fail; ./test installs it.</summary>
public sealed class Coturn : IAsyncDisposable
{
    private const string Program = "turnserver";

    private readonly Process _process;
    private readonly TempFolder _folder;
    private readonly string _configuration;
    private bool _isStopped;

    private Coturn(Process process, TempFolder folder, string configuration, int port)
    {
        _process = process;
        _folder = folder;
        _configuration = configuration;
        Port = port;
    }

    public int Port { get; }

    public string UdpUrl => $"turn:127.0.0.1:{Port}?transport=udp";

    public string TcpUrl => $"turn:127.0.0.1:{Port}?transport=tcp";

    public string StunUrl => $"stun:127.0.0.1:{Port}";

    /// <summary>Starts it with secrets, which are all good for credentials, and with lines of its configuration file.</summary>
    public static Task<Coturn> StartAsync(TempFolder folder, IEnumerable<string> secrets, params IEnumerable<string> lines)
    {
        var port = Ports.Free(1)[0];
        return StartAsync(folder, port, string.Join('\n',
        [
            "listening-ip=127.0.0.1", "relay-ip=127.0.0.1", $"listening-port={port}", "realm=test", "no-cli", "no-dtls",
            // Peers of a test are on this machine, as nobody else's are.
            "allow-loopback-peers",
            "use-auth-secret", .. secrets.Select(secret => $"static-auth-secret={secret}"), .. lines,
        ]));
    }

    /// <inheritdoc cref="StartAsync(TempFolder, IEnumerable{string}, IEnumerable{string})"/>
    public static Task<Coturn> StartAsync(TempFolder folder, string secret) => StartAsync(folder, [secret]);

    /// <summary>Starts it with a configuration file.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="port">The port of 127.0.0.1 that the file has it listen on.</param>
    /// <param name="configuration">The file's text. Log, database and PID file are in the folder, whatever it says of them.</param>
    public static async Task<Coturn> StartAsync(TempFolder folder, int port, string configuration)
    {
        var files = folder.PathOf($"coturn-{port}");
        var start = new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            ArgumentList =
            {
                "-c", folder.Write($"coturn-{port}.conf", configuration), "--log-file=stdout", $"--pidfile={files}.pid", $"--userdb={files}.db",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var coturn = new Coturn(process, folder, configuration, port);
        process.OutputDataReceived += (_, line) => coturn.Note(line.Data);
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, line) => coturn.Note(line.Data);
        process.BeginErrorReadLine();
        try
        {
            await Eventually.HoldsAsync("coturn listens", coturn.AskAsync);
            return coturn;
        }
        catch
        {
            await coturn.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it wrote to its log.</summary>
    public string Log { get; private set; } = "";

    /// <summary>Stops it, and starts it again on the same port.</summary>
    /// <param name="change">Changes its configuration file.</param>
    public async Task<Coturn> RestartAsync(Func<string, string>? change = null)
    {
        await DisposeAsync();
        return await StartAsync(_folder, Port, change is null ? _configuration : change(_configuration));
    }

    /// <summary>Stops it as <c>systemctl stop</c> does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        if (!_process.HasExited)
            Signal.Send(_process.Id, PosixSignal.SIGTERM);
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        lock (_folder)
            Log += line + "\n";
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
            return _process.HasExited ? throw new InvalidOperationException($"coturn ended:\n{Log}") : error.Message;
        }
    }
}
