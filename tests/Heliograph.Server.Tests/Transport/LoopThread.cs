using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliograph.Server.Tests.Transport;

/// <summary>Something that a test has a loop do, in the turn of a socket.</summary>
internal sealed class LoopThread
{
    private LoopThread(Task ended) => Ended = ended;

    /// <summary>Completed when it is done. Whoever waits for it does not go on on the loop.</summary>
    public Task Ended { get; }

    /// <summary>Has a loop do something.</summary>
    /// <returns>When it has begun.</returns>
    public static async Task<LoopThread> RunAsync(SocketLoop loop, Action act)
    {
        await using var listener = SocketListener.Bind(new(IPAddress.Loopback, 0), MemoryPool<byte>.Shared, NullLogger.Instance);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint);
        var connection = (SocketConnection)(await listener.AcceptAsync())!;
        var socket = connection.Detach();
        await connection.DisposeAsync();
        socket.GoInline(loop);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = RunAsync();
        peer.Send([1]);
        await begun.Task.WaitAsync(TestPeer.Patience);
        return new(ended.Task);

        async Task RunAsync()
        {
            await using var _ = socket;
            await socket.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            begun.SetResult();
            act();
            ended.SetResult();
        }
    }
}
