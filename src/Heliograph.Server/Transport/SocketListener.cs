using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Transport;

/// <summary>Takes connections in, and deals them out to the loops in turn.</summary>
internal sealed partial class SocketListener : IConnectionListener, IPolled
{
    /// <summary>Connections that may wait to be taken in: many devices come at once when a network is back. The kernel caps it (listen(2)).</summary>
    private const int Backlog = 4096;

    /// <summary>How long to wait where the system has nothing left for a connection; those who come wait in the backlog.</summary>
    private static readonly TimeSpan FullInterval = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket;
    private readonly MemoryPool<byte> _pool;
    private readonly ILogger _logger;
    private readonly Readiness _readable = new() { IsInline = true };
    private readonly SocketLoop _loop = SocketLoop.Listening;
    private int _next;
    private bool _isFull;

    private SocketListener(Socket socket, MemoryPool<byte> pool, ILogger logger)
    {
        _socket = socket;
        _pool = pool;
        _logger = logger;
        EndPoint = socket.LocalEndPoint!;
        _loop.Add(this, PollEvents.Reading);
    }

    public EndPoint EndPoint { get; }

    public SafeHandle Handle => _socket.SafeHandle;

    public long Key { get; set; }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="AddressInUseException">Somebody else does, there.</exception>
    /// <exception cref="SocketException">There is no such address here, or it is not allowed.</exception>
    public static SocketListener Bind(IPEndPoint endpoint, MemoryPool<byte> pool, ILogger logger)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            // Those of IPv4 too, where it is everybody.
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            // What is written is to leave at once, also where it is little. Who is taken in has this from the listener (tcp(7)).
            socket.NoDelay = true;
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return new(socket, pool, logger);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(error.Message, error);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Tell(PollEvents events) => _readable.Signal(isLast: false);

    /// <summary>The next connection; null when no more are taken in.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                _readable.Clear();
                switch (TryAccept(out var connection))
                {
                    case 0:
                        _isFull = false;
                        // There may be more, of which is not told again.
                        _readable.Set();
                        return connection;
                    case Errno.TryAgain:
                        await _readable.WaitAsync(cancellationToken);
                        break;
                    case Errno.Interrupted or Errno.ConnectionAborted:
                        // Whoever came has left.
                        break;
                    case var reason:
                        if (!_isFull)
                            LogFull(_logger, EndPoint, Errno.TextOf(reason));
                        _isFull = true;
                        await Task.Delay(FullInterval, cancellationToken);
                        break;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _loop.Remove(this);
        _socket.Dispose();
        _readable.Signal(isLast: true);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        _pool.Dispose();
    }

    /// <summary>Takes in the one that has waited for longest.</summary>
    /// <param name="connection">Its connection.</param>
    /// <returns>0, or why there is none, as the system numbers it.</returns>
    private int TryAccept(out SocketConnection? connection)
    {
        connection = null;
        Span<byte> address = stackalloc byte[SocketAddresses.Size];
        var length = address.Length;
        var descriptor = LibC.Accept(Handle, address, ref length, LibC.NonBlocking | LibC.CloseOnExec);
        if (descriptor < 0)
            return Errno.Last;

        connection = new(new(new(descriptor), SocketLoop.For(_next++)), SocketAddresses.Read(address), EndPoint, _pool, _logger);
        return 0;
    }

    [LoggerMessage(LogLevel.Warning, "No connection can be taken in at {EndPoint}: {Reason}. Those who come wait; is the process' limit of open files too low?")]
    private static partial void LogFull(ILogger logger, EndPoint endPoint, string reason);
}
