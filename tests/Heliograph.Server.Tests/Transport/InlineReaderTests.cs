using System.Net.Sockets;
using Heliograph.Server.Transport;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Transport;

public sealed class InlineReaderTests : ConnectedSocket
{
    [Fact]
    public async Task Reader_ThatTakesAll_GoesOnWaiting()
    {
        var reader = new InlineReader(Ours);
        var waiting = WaitAsync(reader);
        for (byte i = 0; i < 100; i++)
        {
            Peer.Send([i]);
            await Eventually.HoldsAsync("It is read", () => reader.Read.Count == i + 1);
        }

        reader.Read.ShouldBe(Enumerable.Range(0, 100).Select(x => (byte)x));
        reader.Threads.ShouldBe(["sockets 0"]);
        waiting.IsCompleted.ShouldBeFalse();
        reader.GoesOn = false;
        Peer.Send([100]);
        await waiting;
        reader.Read.Count.ShouldBe(101);
    }

    [Fact]
    public async Task Reader_ThatLeavesSome_EndsTheWait()
    {
        var reader = new InlineReader(Ours, bufferSize: 2);
        var waiting = WaitAsync(reader);

        Peer.Send([1, 2, 3]);

        await waiting;
        reader.Read.ShouldBe([1, 2]);
        var rest = new byte[2];
        (await Ours.ReadAsync(rest, Patience)).ShouldBe(1);
        rest[0].ShouldBe((byte)3);
    }

    [Fact]
    public async Task Reader_WhoseBufferHoldsJustWhatCame_GoesOnWaiting()
    {
        var reader = new InlineReader(Ours, bufferSize: 2);
        var waiting = WaitAsync(reader);
        for (var i = 1; i <= 3; i++)
        {
            Peer.Send([1, 2]);
            await Eventually.HoldsAsync("It is read", () => reader.Read.Count == 2 * i);
            // And the loop is done with it.
            await (await LoopThread.RunAsync(SocketLoop.All[0], () => { })).Ended;
        }

        waiting.IsCompleted.ShouldBeFalse();
        Peer.Shutdown(SocketShutdown.Send);
        await waiting;
    }

    [Fact]
    public async Task Reader_OfAnEarlierWait_HasNoPartInTheNext()
    {
        var reader = new InlineReader(Ours) { GoesOn = false };
        var waiting = WaitAsync(reader);
        Peer.Send([1]);
        await waiting;

        var empty = OffTheLoopAsync(Ours.ReadAsync(Memory<byte>.Empty, Patience).AsTask());
        Peer.Send([2]);
        await empty;
        var buffer = new byte[2];
        (await Ours.ReadAsync(buffer, Patience)).ShouldBe(1);
        var next = OffTheLoopAsync(Ours.ReadAsync(buffer, Patience).AsTask());
        Peer.Send([3]);

        (await next).ShouldBe(1);
        reader.Read.ShouldBe([1]);
    }

    [Fact]
    public async Task Reader_OfAPeerWhoLeaves_IsNotAsked()
    {
        var reader = new InlineReader(Ours);
        var waiting = WaitAsync(reader);

        Peer.Shutdown(SocketShutdown.Send);

        await waiting;
        reader.Threads.ShouldBeEmpty();
        (await Ours.ReadAsync(new byte[1], Patience)).ShouldBe(0);
    }

    [Fact]
    public async Task Reader_WhoseSocketIsDisposedMeanwhile_EndsTheWait()
    {
        var reader = new InlineReader(Ours) { HasRead = Ours.Dispose };
        var waiting = WaitAsync(reader);

        Peer.Send([1]);

        await waiting;
        reader.Read.ShouldBe([1]);
    }

    [Fact]
    public async Task Wait_OfASocketWhoseEndAnotherLoopTellsMeanwhile_Ends()
    {
        var readable = new Readiness();
        var waiting = readable.WaitAsync(CancellationToken.None);
        readable.TryTakeOver().ShouldBeTrue();

        // It has moved to that loop. The read that is still under way here clears what it has told.
        readable.Signal(isLast: true).ShouldBeFalse();
        readable.Clear();
        readable.GoOn();

        await waiting.AsTask().WaitAsync(Patience);
    }

    private Task<int> WaitAsync(InlineReader reader)
    {
        Ours.GoInline(SocketLoop.All[0]);
        return OffTheLoopAsync(Ours.WaitAsync(reader).AsTask()).WaitAsync(Patience);
    }
}
