using System.Diagnostics;
using System.Net.Sockets;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>coturn, the TURN server, on loopback and a port of its own.</summary>
internal sealed class Coturn : IAsyncDisposable
{
    private readonly Process _process;

    private Coturn(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<Coturn> StartAsync(TempFolder folder, string secret)
    {
        var port = Ports.Free(1)[0];
        var start = new ProcessStartInfo("turnserver")
        {
            UseShellExecute = false,
            ArgumentList =
            {
                "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", $"--listening-port={port}", "--no-tls", "--no-dtls", "--no-cli",
                "--use-auth-secret", $"--static-auth-secret={secret}", "--realm=test", "--allow-loopback-peers",
                $"--log-file={folder.PathOf("turn.log")}", "--simple-log", $"--pidfile={folder.PathOf("turn.pid")}", $"--userdb={folder.PathOf("turn.db")}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var coturn = new Coturn(process, port);
        try
        {
            await Eventually.HoldsAsync("coturn listens", async () =>
            {
                using var socket = new TcpClient();
                try
                {
                    await socket.ConnectAsync("127.0.0.1", port);
                    return null;
                }
                catch (SocketException error)
                {
                    return process.HasExited ? throw new InvalidOperationException("coturn ended.") : error.Message;
                }
            });
            return coturn;
        }
        catch
        {
            await coturn.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TestPeer.Patience);
        _process.Dispose();
    }
}
