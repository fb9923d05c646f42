using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Testing;

/// <summary>
/// A bad network between a peer and a service: a TCP proxy that delays, cuts and half-opens connections as a test says. It knows
/// nothing of HTTP, so a cut may fall anywhere: into a handshake, into a frame.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = new();
    private readonly Func<int, Fate> _choose;
    private readonly int _target;
    private readonly Task _accepting;
    private int _accepted;
    private int _cuts;

    /// <param name="target">The service.</param>
    /// <param name="choose">Tells what becomes of a connection, by its number, from 0.</param>
    public CuttingProxy(Uri target, Func<int, Fate>? choose = null)
    {
        _choose = choose ?? (_ => Fate.None);
        _target = target.Port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, for those who can't be given a handler.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where it listens.</summary>
    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>How many connections have met their fate so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>How many connections have come so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many connections a peer has open here now.</summary>
    public int Open => _connections.Count(connection => !connection.Key.PeerHasLeft);

    /// <summary>Whether a connection swallows what is sent on it, and its peer has not noticed yet.</summary>
    public bool IsSwallowing => _connections.Any(connection => connection.Key is { IsSwallowing: true, PeerHasLeft: false });

    /// <summary>A way for HTTP calls and WebSockets that goes through here, whatever host their URL names.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(_listener.LocalEndpoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <summary>Makes all open connections meet a fate now.</summary>
    public void Cut(FateKind kind)
    {
        foreach (var (connection, _) in _connections)
            connection.Meet(kind);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = new ProxiedConnection(peer, _choose(_accepted), () => Interlocked.Increment(ref _cuts));
                Interlocked.Increment(ref _accepted);
                var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _connections[connection] = running.Task;
                _ = RunAsync(connection, running);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RunAsync(ProxiedConnection connection, TaskCompletionSource running)
    {
        await connection.RunAsync(_target, _stop.Token);
        _connections.TryRemove(connection, out _);
        running.SetResult();
    }
}
