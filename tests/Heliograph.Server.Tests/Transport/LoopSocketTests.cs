using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Tests.Transport;

public sealed class LoopSocketTests : ConnectedSocket
{
    [Fact]
    public async Task EmptyRead_WaitsForBytesAndTakesNone()
    {
        var waiting = Ours.ReadAsync(Memory<byte>.Empty, Patience);
        waiting.IsCompleted.ShouldBeFalse();

        Peer.Send([1, 2, 3]);

        (await waiting).ShouldBe(0);
        var buffer = new byte[8];
        (await Ours.ReadAsync(buffer, Patience)).ShouldBe(3);
        buffer[..3].ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Read_OfMoreThanItsBuffer_GivesTheRestNext()
    {
        Peer.Send([1, 2, 3, 4, 5]);

        var read = new List<byte>();
        var buffer = new byte[2];
        while (read.Count < 5)
        {
            await ReadableAsync();
            read.AddRange(buffer[..await Ours.ReadAsync(buffer, Patience)]);
        }

        read.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Read_OfWhatCameWithTheEnd_GivesBothInTurn()
    {
        Peer.Send([1]);
        Peer.Shutdown(SocketShutdown.Send);

        var buffer = new byte[8];
        (await Ours.ReadAsync(buffer, Patience)).ShouldBe(1);
        await ReadableAsync();
        (await Ours.ReadAsync(buffer, Patience)).ShouldBe(0);
        // The other direction goes on.
        await Ours.WriteAsync(new byte[] { 9 }, Patience);
        Peer.Receive(buffer).ShouldBe(1);
    }

    [Fact]
    public async Task Read_OfABrokenConnection_IsItsEnd()
    {
        Ours.Watch();
        Peer.Close(0);
        await ReadableAsync();

        (await Ours.ReadAsync(new byte[8], Patience)).ShouldBe(0);
        (await Ours.ReadAsync(new byte[8], Patience)).ShouldBe(0);
    }

    [Fact]
    public async Task Reads_OfManySmallPieces_MissNothing()
    {
        const int messages = 20_000;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < messages; i++)
                await Peer.SendAsync(BitConverter.GetBytes(i));
        });
        var buffer = new byte[64];
        var (expected, filled) = (0, 0);
        while (expected < messages)
        {
            await ReadableAsync();
            filled += await Ours.ReadAsync(buffer.AsMemory(filled), Patience);
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
        var waiting = Ours.ReadAsync(Memory<byte>.Empty, stop.Token).AsTask();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        Peer.Send([7]);
        var buffer = new byte[1];
        (await Ours.ReadAsync(buffer, Patience)).ShouldBe(1);
        buffer[0].ShouldBe((byte)7);
    }

    [Fact]
    public async Task Read_OfAPeerThatNeverStops_CanBeCancelled()
    {
        using var stop = new CancellationTokenSource();
        Peer.Send(new byte[1024]);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(Ours.ReadAsync(new byte[1], stop.Token).AsTask());
    }

    [Fact]
    public async Task Write_ToAPeerThatDoesNotRead_WaitsUntilItDoes()
    {
        var bytes = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        var writing = Ours.WriteAsync(bytes, Patience).AsTask();
        writing.IsCompleted.ShouldBeFalse();

        var received = new byte[bytes.Length];
        for (var count = 0; count < received.Length;)
            count += await Peer.ReceiveAsync(received.AsMemory(count), Patience);

        await writing;
        received.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Write_ThatWaitsForAPeerWhoLeaves_Fails()
    {
        var writing = Ours.WriteAsync(new byte[16 * 1024 * 1024], Patience).AsTask();

        Peer.Close(0);

        await Should.ThrowAsync<IOException>(writing);
    }

    [Fact]
    public async Task PeerLeft_IsToldOfTheEndThatNobodyReads()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Ours.PeerLeft = () => told.TrySetResult();
        Ours.Watch();
        Peer.Send([1]);

        Peer.Shutdown(SocketShutdown.Send);

        await told.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Abort_ResetsThePeerAndWakesTheReader()
    {
        var waiting = Ours.ReadAsync(Memory<byte>.Empty, Patience);

        Ours.Abort();

        await waiting;
        (await Ours.ReadAsync(new byte[1], Patience)).ShouldBe(0);
        await Ours.DisposeAsync();
        await Should.ThrowAsync<SocketException>(async () =>
        {
            while (await Peer.ReceiveAsync(new byte[1], Patience) == 0)
                await Peer.SendAsync(new byte[1], Patience);
        });
    }

    [Fact]
    public async Task Dispose_UnderAReader_EndsIt()
    {
        var waiting = Ours.ReadAsync(new byte[1], Patience).AsTask();

        await Ours.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(waiting);
        (await Peer.ReceiveAsync(new byte[1], Patience)).ShouldBe(0);
    }

    [Fact]
    public async Task WhoWaits_GoesOnInlineOnlyWhereSaid()
    {
        async Task<string?> ThreadOfNextAsync()
        {
            await ReadableAsync();
            var name = Thread.CurrentThread.Name;
            (await Ours.ReadAsync(new byte[8], Patience)).ShouldBe(1);
            return name;
        }

        var next = ThreadOfNextAsync();
        Peer.Send([1]);
        (await OffTheLoopAsync(next)).ShouldNotStartWith("sockets");

        for (var i = 0; i < 2 * SocketLoop.All.Count; i++)
        {
            Ours.GoInline(SocketLoop.For(i));
            next = ThreadOfNextAsync();
            Peer.Send([1]);
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
                (await Ours.ReadAsync(new byte[frame], Patience)).ShouldBe(frame);
                await ReadableAsync();
                if (Thread.CurrentThread.Name?.StartsWith("sockets", StringComparison.Ordinal) is not true)
                    break;
            }

            return Thread.CurrentThread.Name;
        }

        var sent = new byte[frame * 1000];
        Ours.GoInline(SocketLoop.All[0]);
        var left = LeftAsync();
        Peer.Send(sent);

        (await OffTheLoopAsync(left)).ShouldNotStartWith("sockets");
        // It loses nothing by that, and is back when it has waited.
        var rest = 0;
        while (Ours.TryReceive(new byte[1024], out var count))
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
            await using var connection = (await Listener.AcceptAsync())!;
            return Thread.CurrentThread.Name;
        }

        // Not on the thread pool, where it would wait behind all that those who came have to be answered.
        var next = ThreadOfNextAsync();
        using var another = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await another.ConnectAsync(Listener.EndPoint);

        (await OffTheLoopAsync(next)).ShouldBe("listening");
    }

    [Fact]
    public async Task Listener_Unbound_TakesInNobodyMore()
    {
        var accepting = Listener.AcceptAsync();

        await Listener.UnbindAsync();

        (await accepting).ShouldBeNull();
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Should.ThrowAsync<SocketException>(late.ConnectAsync(Listener.EndPoint));
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

    private async Task ReadableAsync() => (await Ours.ReadAsync(Memory<byte>.Empty, Patience)).ShouldBe(0);
}
