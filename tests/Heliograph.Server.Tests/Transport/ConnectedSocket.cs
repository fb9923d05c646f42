using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliograph.Server.Tests.Transport;

/// <summary>Tests of a socket of the transport, with the peer's end of it.</summary>
public abstract class ConnectedSocket : IAsyncLifetime
{
    private readonly CancellationTokenSource _patience = new(TestPeer.Patience);

    private protected SocketListener Listener { get; } = SocketListener.Bind(new(IPAddress.Loopback, 0), MemoryPool<byte>.Shared, NullLogger.Instance);

    private protected LoopSocket Ours { get; private set; } = null!;

    protected Socket Peer { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    protected CancellationToken Patience => _patience.Token;

    public async ValueTask InitializeAsync()
    {
        await Peer.ConnectAsync(Listener.EndPoint);
        var connection = (SocketConnection)(await Listener.AcceptAsync())!;
        connection.RemoteEndPoint.ShouldBe(Peer.LocalEndPoint);
        Ours = connection.Detach();
        await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Ours.DisposeAsync();
        Peer.Dispose();
        await Listener.DisposeAsync();
        _patience.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a loop's thread has found. Whoever awaits it goes on elsewhere: the loop serves all tests.</summary>
    private protected static async Task<T> OffTheLoopAsync<T>(Task<T> found)
    {
        var result = await found;
        await Task.Yield();
        return result;
    }
}
