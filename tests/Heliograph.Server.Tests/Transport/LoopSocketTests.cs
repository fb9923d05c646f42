using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliograph.Server.Tests.Transport;

public sealed class LoopSocketTests : IAsyncLifetime
{
    private readonly SocketListener _listener = SocketListener.Bind(new(IPAddress.Loopback, 0), MemoryPool<byte>.Shared, NullLogger.Instance);
    private readonly Socket _peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _patience = new(TestPeer.Patience);
    private LoopSocket _socket = null!;

    public async ValueTask InitializeAsync()
    {
        await _peer.ConnectAsync(_listener.EndPoint);
        var connection = (SocketConnection)(await _listener.AcceptAsync())!;
        connection.RemoteEndPoint.ShouldBe(_peer.LocalEndPoint);
        _socket = connection.Detach();
        await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        _peer.Dispose();
        await _listener.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task EmptyRead_WaitsForBytesAndTakesNone()
    {
        var waiting = _socket.ReadAsync(Memory<byte>.Empty, _patience.Token);
        waiting.IsCompleted.ShouldBeFalse();

        _peer.Send([1, 2, 3]);

        (await waiting).ShouldBe(0);
        var buffer = new byte[8];
        (await _socket.ReadAsync(buffer, _patience.Token)).ShouldBe(3);
        buffer[..3].ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Read_OfMoreThanItsBuffer_GivesTheRestNext()
    {
        _peer.Send([1, 2, 3, 4, 5]);

        var read = new List<byte>();
        var buffer = new byte[2];
        while (read.Count < 5)
        {
            await ReadableAsync();
            read.AddRange(buffer[..await _socket.ReadAsync(buffer, _patience.Token)]);
        }

        read.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Read_OfWhatCameWithTheEnd_GivesBothInTurn()
    {
        _peer.Send([1]);
        _peer.Shutdown(SocketShutdown.Send);

        var buffer = new byte[8];
        (await _socket.ReadAsync(buffer, _patience.Token)).ShouldBe(1);
        await ReadableAsync();
        (await _socket.ReadAsync(buffer, _patience.Token)).ShouldBe(0);
        // The other direction goes on.
        await _socket.WriteAsync(new byte[] { 9 }, _patience.Token);
        _peer.Receive(buffer).ShouldBe(1);
    }

    [Fact]
    public async Task Reads_OfManySmallPieces_MissNothing()
    {
        const int messages = 20_000;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < messages; i++)
                await _peer.SendAsync(BitConverter.GetBytes(i));
        });
        var buffer = new byte[64];
        var (expected, filled) = (0, 0);
        while (expected < messages)
        {
            await ReadableAsync();
            filled += await _socket.ReadAsync(buffer.AsMemory(filled), _patience.Token);
            var at = 0;
            for (; filled - at >= 4; at += 4)
                BitConverter.ToInt32(buffer, at).ShouldBe(expected++);
            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }

        await sending;
    }

    [Fact]
    public async Task Read_Cancelled_EndsAndLosesNothing()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _socket.ReadAsync(Memory<byte>.Empty, stop.Token).AsTask();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        _peer.Send([7]);
        var buffer = new byte[1];
        (await _socket.ReadAsync(buffer, _patience.Token)).ShouldBe(1);
        buffer[0].ShouldBe((byte)7);
    }

    [Fact]
    public async Task Read_OfAPeerThatNeverStops_CanBeCancelled()
    {
        using var stop = new CancellationTokenSource();
        _peer.Send(new byte[1024]);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(_socket.ReadAsync(new byte[1], stop.Token).AsTask());
    }

    [Fact]
    public async Task Write_ToAPeerThatDoesNotRead_WaitsUntilItDoes()
    {
        var bytes = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        var writing = _socket.WriteAsync(bytes, _patience.Token).AsTask();
        writing.IsCompleted.ShouldBeFalse();

        var received = new byte[bytes.Length];
        for (var count = 0; count < received.Length;)
            count += await _peer.ReceiveAsync(received.AsMemory(count), _patience.Token);

        await writing;
        received.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Write_ThatWaitsForAPeerWhoLeaves_Fails()
    {
        var writing = _socket.WriteAsync(new byte[16 * 1024 * 1024], _patience.Token).AsTask();

        _peer.Close(0);

        await Should.ThrowAsync<IOException>(writing);
    }

    [Fact]
    public async Task PeerLeft_IsToldOfTheEndThatNobodyReads()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _socket.PeerLeft = () => told.TrySetResult();
        _socket.Watch();
        _peer.Send([1]);

        _peer.Shutdown(SocketShutdown.Send);

        await told.Task.WaitAsync(_patience.Token);
    }

    [Fact]
    public async Task Abort_ResetsThePeerAndWakesTheReader()
    {
        var waiting = _socket.ReadAsync(Memory<byte>.Empty, _patience.Token);

        _socket.Abort();

        await waiting;
        (await _socket.ReadAsync(new byte[1], _patience.Token)).ShouldBe(0);
        await _socket.DisposeAsync();
        await Should.ThrowAsync<SocketException>(async () =>
        {
            while (await _peer.ReceiveAsync(new byte[1], _patience.Token) == 0)
                await _peer.SendAsync(new byte[1], _patience.Token);
        });
    }

    [Fact]
    public async Task Dispose_UnderAReader_EndsIt()
    {
        var waiting = _socket.ReadAsync(new byte[1], _patience.Token).AsTask();

        await _socket.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(waiting);
        (await _peer.ReceiveAsync(new byte[1], _patience.Token)).ShouldBe(0);
    }

    [Fact]
    public async Task InlineReader_ThatTakesAll_GoesOnWaiting()
    {
        var reader = new InlineReader(_socket);
        var waiting = WaitAsync(reader);
        for (byte i = 0; i < 100; i++)
        {
            _peer.Send([i]);
            await Eventually.HoldsAsync("It is read", () => reader.Read.Count == i + 1);
        }

        reader.Read.ShouldBe(Enumerable.Range(0, 100).Select(x => (byte)x));
        reader.Threads.ShouldBe(["sockets 0"]);
        waiting.IsCompleted.ShouldBeFalse();
        reader.GoesOn = false;
        _peer.Send([100]);
        await waiting;
        reader.Read.Count.ShouldBe(101);
    }

    [Fact]
    public async Task InlineReader_ThatLeavesSome_EndsTheWait()
    {
        var reader = new InlineReader(_socket, bufferSize: 2);
        var waiting = WaitAsync(reader);

        _peer.Send([1, 2, 3]);

        await waiting;
        reader.Read.ShouldBe([1, 2]);
        var rest = new byte[2];
        (await _socket.ReadAsync(rest, _patience.Token)).ShouldBe(1);
        rest[0].ShouldBe((byte)3);
    }

    [Fact]
    public async Task InlineReader_OfAnEarlierWait_HasNoPartInTheNext()
    {
        var reader = new InlineReader(_socket) { GoesOn = false };
        var waiting = WaitAsync(reader);
        _peer.Send([1]);
        await waiting;

        var empty = OffTheLoopAsync(_socket.ReadAsync(Memory<byte>.Empty, _patience.Token).AsTask());
        _peer.Send([2]);
        await empty;
        var buffer = new byte[2];
        (await _socket.ReadAsync(buffer, _patience.Token)).ShouldBe(1);
        var next = OffTheLoopAsync(_socket.ReadAsync(buffer, _patience.Token).AsTask());
        _peer.Send([3]);

        (await next).ShouldBe(1);
        reader.Read.ShouldBe([1]);
    }

    [Fact]
    public async Task InlineReader_OfAPeerWhoLeaves_IsNotAsked()
    {
        var reader = new InlineReader(_socket);
        var waiting = WaitAsync(reader);

        _peer.Shutdown(SocketShutdown.Send);

        await waiting;
        reader.Threads.ShouldBeEmpty();
        (await _socket.ReadAsync(new byte[1], _patience.Token)).ShouldBe(0);
    }

    [Fact]
    public async Task InlineReader_WhoseSocketIsDisposedMeanwhile_EndsTheWait()
    {
        var reader = new InlineReader(_socket) { HasRead = _socket.Dispose };
        var waiting = WaitAsync(reader);

        _peer.Send([1]);

        await waiting;
        reader.Read.ShouldBe([1]);
    }

    [Fact]
    public async Task WhoWaits_GoesOnInlineOnlyWhereSaid()
    {
        async Task<string?> ThreadOfNextAsync()
        {
            await ReadableAsync();
            var name = Thread.CurrentThread.Name;
            (await _socket.ReadAsync(new byte[8], _patience.Token)).ShouldBe(1);
            return name;
        }

        var next = ThreadOfNextAsync();
        _peer.Send([1]);
        (await OffTheLoopAsync(next)).ShouldNotStartWith("sockets");

        for (var i = 0; i < 2 * SocketLoop.All.Count; i++)
        {
            _socket.GoInline(SocketLoop.For(i));
            next = ThreadOfNextAsync();
            _peer.Send([1]);
            (await OffTheLoopAsync(next)).ShouldBe($"sockets {i % SocketLoop.All.Count}");
        }
    }

    [Fact]
    public async Task Reads_OfAPeerThatNeverStops_MakeWayForOthersOfTheLoop()
    {
        const int frame = 6;
        async Task<string?> LeftAsync()
        {
            // As a reader of small frames does: what is there is read before it waits.
            await ReadableAsync();
            for (var i = 0; i < 200; i++)
            {
                (await _socket.ReadAsync(new byte[frame], _patience.Token)).ShouldBe(frame);
                await ReadableAsync();
                if (Thread.CurrentThread.Name?.StartsWith("sockets", StringComparison.Ordinal) is not true)
                    break;
            }

            return Thread.CurrentThread.Name;
        }

        var sent = new byte[frame * 1000];
        _socket.GoInline(SocketLoop.All[0]);
        var left = LeftAsync();
        _peer.Send(sent);

        (await OffTheLoopAsync(left)).ShouldNotStartWith("sockets");
        // It loses nothing by that, and is back when it has waited.
        var rest = 0;
        while (_socket.TryReceive(new byte[1024], out var count))
            rest += count;
        rest.ShouldBe(sent.Length - (33 * frame));
    }

    [Fact]
    public async Task PeerLeft_WhereWhoeverIsToldFails_IsOnlyLogged()
    {
        var log = new FaultLog();
        await using var listener = SocketListener.Bind(new(IPAddress.Loopback, 0), MemoryPool<byte>.Shared, log);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint);
        await using var connection = (await listener.AcceptAsync())!;
        connection.ConnectionClosed.Register(() => throw new InvalidTimeZoneException("At fault."));

        peer.Close(0);

        await Eventually.HoldsAsync("The fault is logged", () => log.Faults.Any(x => x.InnerException is InvalidTimeZoneException));
    }

    [Fact]
    public async Task Listener_TakesInOnAThreadOfItsOwn()
    {
        async Task<string?> ThreadOfNextAsync()
        {
            await using var connection = (await _listener.AcceptAsync())!;
            return Thread.CurrentThread.Name;
        }

        // Not on the thread pool, where it would wait behind all that those who came have to be answered.
        var next = ThreadOfNextAsync();
        using var another = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await another.ConnectAsync(_listener.EndPoint);

        (await OffTheLoopAsync(next)).ShouldBe("listening");
    }

    [Fact]
    public async Task Listener_Unbound_TakesInNobodyMore()
    {
        var accepting = _listener.AcceptAsync();

        await _listener.UnbindAsync();

        (await accepting).ShouldBeNull();
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Should.ThrowAsync<SocketException>(late.ConnectAsync(_listener.EndPoint));
    }

    private sealed class FaultLog : ILogger
    {
        public ConcurrentQueue<Exception> Faults { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                Faults.Enqueue(exception);
        }
    }

    /// <summary>What a loop's thread has found. Whoever awaits it goes on elsewhere: the loop serves all tests.</summary>
    private static async Task<T> OffTheLoopAsync<T>(Task<T> found)
    {
        var result = await found;
        await Task.Yield();
        return result;
    }

    private Task<int> WaitAsync(InlineReader reader)
    {
        _socket.GoInline(SocketLoop.All[0]);
        return OffTheLoopAsync(_socket.WaitAsync(reader).AsTask()).WaitAsync(_patience.Token);
    }

    private async Task ReadableAsync() => (await _socket.ReadAsync(Memory<byte>.Empty, _patience.Token)).ShouldBe(0);
}
