using System.Threading.Tasks.Sources;
using Heliograph.Protocol;
using Heliograph.Server.Relay;
using Heliograph.Server.Transport;

namespace Heliograph.Server.Tests.Relay;

public sealed class OutboxTests : IAsyncDisposable
{
    private const int Capacity = 64 * 1024;

    private readonly StalledStream _stream = new();
    private readonly CutCounter _connection = new();
    private readonly Outbox _outbox;

    public OutboxTests()
    {
        _outbox = new(new(_stream, Capacity), Capacity, _connection);
        _outbox.Open(null);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    [Fact]
    public async Task TryEnqueue_WhileOneIsWritten_KeepsTheOrder()
    {
        for (var i = 0; i < 100; i++)
            _outbox.TryEnqueue(OutboundFrame.ControlPong([(byte)i])).ShouldBe(EnqueueResult.Accepted);
        _outbox.Close(OutboundFrame.Close(CloseCode.GoingAway), dropWaiting: false).ShouldBeNull();

        _stream.GoOn();
        await _outbox.Drained;

        byte[] expected = [.. Enumerable.Range(0, 100).SelectMany(x => Pong((byte)x)), 0x88, 2, CloseCode.GoingAway >> 8, CloseCode.GoingAway & 0xFF];
        _stream.Written.SelectMany(x => x).ShouldBe(expected);
    }

    [Fact]
    public async Task TryEnqueue_OfWhatWaitsTogether_LeavesInOneWrite()
    {
        for (var i = 0; i < 10; i++)
            _outbox.TryEnqueue(OutboundFrame.ControlPong([(byte)i]));
        _outbox.Close(null, dropWaiting: false);

        _stream.GoOn();
        await _outbox.Drained;

        _stream.Written.Count.ShouldBe(2);
        _stream.Written[1].ShouldBe([.. Enumerable.Range(1, 9).SelectMany(x => Pong((byte)x))]);
    }

    [Fact]
    public async Task TryEnqueue_OfLargeFramesThatWait_LeavesThemUncopied()
    {
        for (var i = 0; i < 4; i++)
            _outbox.TryEnqueue(OutboundFrame.Text(new byte[12 * 1024]));
        _outbox.Close(null, dropWaiting: false);

        _stream.GoOn();
        await _outbox.Drained;

        _stream.Written.Select(x => x.Length).ShouldAllBe(x => x == (12 * 1024) + 4);
        _stream.Written.Count.ShouldBe(4);
    }

    [Fact]
    public void TryEnqueue_InARound_WritesAtItsEnd()
    {
        using (WriteRound.Join())
        {
            using (WriteRound.Join())
                _outbox.TryEnqueue(OutboundFrame.ControlPong([1]));
            _outbox.TryEnqueue(OutboundFrame.ControlPong([2]));
            _stream.Written.ShouldBeEmpty();
        }

        _stream.Written.ShouldHaveSingleItem().ShouldBe([.. Pong(1), .. Pong(2)]);
    }

    [Fact]
    public void TryEnqueue_InARoundThatIsLeftByAnException_WritesAtItsEnd()
    {
        Should.Throw<InvalidTimeZoneException>(() =>
        {
            using var round = WriteRound.Join();
            _outbox.TryEnqueue(OutboundFrame.ControlPong([1]));
            throw new InvalidTimeZoneException();
        });

        _stream.Written.ShouldHaveSingleItem().ShouldBe(Pong(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryEnqueue_BehindWhatAnotherThreadHolds_WritesBoth(bool isInRoundOfItsOwn)
    {
        using (WriteRound.Join())
        {
            _outbox.TryEnqueue(OutboundFrame.ControlPong([1]));
            var other = new Thread(() =>
            {
                using var round = isInRoundOfItsOwn ? WriteRound.Join() : default;
                _outbox.TryEnqueue(OutboundFrame.ControlPong([2]));
            });
            other.Start();
            other.Join();
            _stream.Written.ShouldHaveSingleItem().ShouldBe([.. Pong(1), .. Pong(2)]);
        }

        _stream.Written.Count.ShouldBe(1);
    }

    [Fact]
    public void TryEnqueue_OfMoreThanIsWrittenAtOnce_IsNotHeld()
    {
        using (WriteRound.Join())
        {
            _outbox.TryEnqueue(OutboundFrame.Text(new byte[40 * 1024]));
            _stream.Written.ShouldBeEmpty();
            _outbox.TryEnqueue(OutboundFrame.Text(new byte[40 * 1024]));
            _stream.Written.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task TryEnqueue_OfMoreHeldThanTheCapacity_IsAcceptedAndWritten()
    {
        // What is held waits for the round: however small the outbox is, that does not make the peer a slow one.
        const int frames = Capacity / 32;
        _stream.GoOn();
        using (WriteRound.Join())
        {
            for (var i = 0; i < frames; i++)
                _outbox.TryEnqueue(OutboundFrame.ControlPong([1])).ShouldBe(EnqueueResult.Accepted);
        }

        _outbox.Close(null, dropWaiting: false);
        await _outbox.Drained;

        _stream.Written.Sum(x => x.Length).ShouldBe(3 * frames);
    }

    [Fact]
    public void Open_Again_WritesNothing()
    {
        _outbox.TryEnqueue(OutboundFrame.ControlPong([1]));
        _outbox.TryEnqueue(OutboundFrame.ControlPong([2]));

        _outbox.Open(OutboundFrame.Handshake([1, 2, 3]));

        _stream.Written.ShouldHaveSingleItem().ShouldBe(Pong(1));
    }

    [Fact]
    public async Task Progress_OfALargeFrame_ShowsEachPartThatIsTaken()
    {
        _outbox.Progress.ShouldBe(Outbox.Idle);
        _outbox.TryEnqueue(OutboundFrame.Text(new byte[200 * 1024]));
        _outbox.Progress.ShouldBe(0);

        _stream.GoOn();
        _outbox.Close(null, dropWaiting: false);
        await _outbox.Drained;

        _outbox.Progress.ShouldBe(Outbox.Idle);
        _stream.Written.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_OfWhatIsHeld_WritesIt(bool dropWaiting)
    {
        using (WriteRound.Join())
        {
            _outbox.TryEnqueue(OutboundFrame.ControlPong([1]));
            _outbox.Close(OutboundFrame.Close(null), dropWaiting);
        }

        _stream.GoOn();
        await _outbox.Drained;

        _stream.Written.ShouldHaveSingleItem().ShouldBe([.. Pong(1), 0x88, 0]);
    }

    [Fact]
    public async Task Open_WithTheAnswerToAHandshake_WritesThatFirst()
    {
        await using var stream = new StalledStream();
        var outbox = new Outbox(new(stream, Capacity), Capacity, _connection);
        outbox.TryEnqueue(OutboundFrame.ControlPong([1])).ShouldBe(EnqueueResult.Accepted);
        stream.Written.ShouldBeEmpty();

        outbox.Open(OutboundFrame.Handshake([1, 2, 3]));
        outbox.Close(null, dropWaiting: false);
        stream.GoOn();
        await outbox.Drained;

        stream.Written.SelectMany(x => x).ShouldBe([1, 2, 3, .. Pong(1)]);
    }

    [Fact]
    public void TryEnqueue_OfTinyFrames_IsBoundedByWhatTheyHold()
    {
        var accepted = 0;
        while (_outbox.TryEnqueue(OutboundFrame.ControlPong([])) == EnqueueResult.Accepted && accepted <= Capacity)
            accepted++;

        // Two bytes on the wire, but a buffer and a place in the queue in memory: some 70 bytes. Counted as two, a flood of empty
        // pings would take many times the capacity.
        accepted.ShouldBeLessThanOrEqualTo((Capacity / 32) + 1);
    }

    [Fact]
    public void TryEnqueue_OfOneFrameOfTheCapacity_IsAccepted()
    {
        _outbox.TryEnqueue(OutboundFrame.ControlPong([]));

        _outbox.TryEnqueue(OutboundFrame.Text(new byte[Capacity - 4])).ShouldBe(EnqueueResult.Accepted);
        _outbox.TryEnqueue(OutboundFrame.ControlPong([])).ShouldBe(EnqueueResult.Full);
    }

    [Fact]
    public void TryEnqueue_Exempt_LeavesTheCapacityToOthers()
    {
        var channel = ChannelId.New();
        _outbox.TryEnqueue(OutboundFrame.ControlPong([]));
        for (var i = 0; i < 10_000; i++)
            _outbox.TryEnqueue(OutboundFrame.PeerConnected(channel), isExempt: true).ShouldBe(EnqueueResult.Accepted);

        _outbox.TryEnqueue(OutboundFrame.Text(new byte[Capacity / 2])).ShouldBe(EnqueueResult.Accepted);
        _outbox.TryEnqueue(OutboundFrame.Text(new byte[Capacity / 2])).ShouldBe(EnqueueResult.Full);
    }

    [Fact]
    public void TryEnqueue_AfterClose_IsRefused()
    {
        _outbox.Close(null, dropWaiting: false);

        _outbox.TryEnqueue(OutboundFrame.Pong()).ShouldBe(EnqueueResult.Closed);
    }

    [Fact]
    public async Task Close_ThatDropsWhatWaits_WritesTheCloseFrameNext()
    {
        for (var i = 0; i < 10; i++)
            _outbox.TryEnqueue(OutboundFrame.ControlPong([(byte)i]));

        _outbox.Close(OutboundFrame.Close(CloseCode.Replaced), dropWaiting: true)!.Count.ShouldBe(9);
        _stream.GoOn();
        await _outbox.Drained;

        _stream.Written.Count.ShouldBe(2);
        _stream.Written[1].ShouldBe([0x88, 2, CloseCode.Replaced >> 8, CloseCode.Replaced & 0xFF]);
    }

    [Fact]
    public async Task Drained_AskedBeforeTheClose_WaitsForTheCloseFrame()
    {
        // The reader asks as soon as it knows that the connection ends, while another thread is still about to close the outbox.
        var drained = _outbox.Drained;
        drained.IsCompleted.ShouldBeFalse();

        _outbox.Close(OutboundFrame.Close(CloseCode.GoingAway), dropWaiting: false);
        drained.IsCompleted.ShouldBeFalse();

        _stream.GoOn();
        await drained;
        _stream.Written.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Drained_AskedBeforeACloseWithoutFrame_CompletesWithIt()
    {
        var drained = _outbox.Drained;

        _outbox.Close(null, dropWaiting: true);

        await drained;
        await _outbox.Drained;
    }

    [Fact]
    public async Task Drained_WhereTheConnectionBreaks_Completes()
    {
        _outbox.TryEnqueue(OutboundFrame.Pong());
        _outbox.TryEnqueue(OutboundFrame.Pong());
        var before = _outbox.Drained;

        _stream.Break();

        await before;
        await _outbox.Drained;
        // Only writing may have failed: without it, the peer would be there and reach nobody.
        _connection.Cuts.ShouldBe(1);
        _outbox.TryEnqueue(OutboundFrame.Pong()).ShouldBe(EnqueueResult.Closed);
        // The one that failed in the writing and the one behind it.
        _outbox.TakeWaiting().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Drained_WhereTheConnectionBreaksUnderSeveral_LeavesAllOfThem()
    {
        using (WriteRound.Join())
        {
            for (var i = 0; i < 5; i++)
                _outbox.TryEnqueue(OutboundFrame.ControlPong([(byte)i]));
        }

        _stream.Break();
        await _outbox.Drained;

        _outbox.TakeWaiting().Select(x => x.Bytes.Span[^1]).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Open_WithAnEmptyAnswer_WritesThatToo()
    {
        await using var stream = new StalledStream();
        var outbox = new Outbox(new(stream, Capacity), Capacity, _connection);

        // Over HTTP the web server answers the handshake, with the first write.
        outbox.Open(OutboundFrame.Handshake([]));
        outbox.Close(null, dropWaiting: false);
        stream.GoOn();
        await outbox.Drained;

        stream.Written.ShouldHaveSingleItem().ShouldBeEmpty();
    }

    [Fact]
    public async Task TryEnqueue_OfWhatIsWrittenAtOnce_TakesTheWritesResult()
    {
        await using var stream = new OneWriteStream();
        var outbox = new Outbox(new(stream, Capacity), Capacity, _connection);
        outbox.Open(null);

        for (var i = 0; i < 3; i++)
            outbox.TryEnqueue(OutboundFrame.ControlPong([(byte)i])).ShouldBe(EnqueueResult.Accepted);

        stream.Written.ShouldBe([.. Enumerable.Range(0, 3).Select(x => Pong((byte)x))]);
        _connection.Cuts.ShouldBe(0);
    }

    private static byte[] Pong(byte payload) => [0x8A, 1, payload];

    /// <summary>A connection whose writes are done at once, and that takes another only when the last one's result has been taken.</summary>
    private sealed class OneWriteStream : AsyncStream, IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _write;
        private bool _isUnderWay;

        public List<byte[]> Written { get; } = [];

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_isUnderWay)
                throw new InvalidOperationException("A write is under way.");
            _isUnderWay = true;
            Written.Add(buffer.ToArray());
            _write.Reset();
            _write.SetResult(true);
            return new(this, _write.Version);
        }

        public void GetResult(short token)
        {
            _write.GetResult(token);
            _isUnderWay = false;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _write.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _write.OnCompleted(continuation, state, token, flags);
    }

    private sealed class CutCounter : IAbortable
    {
        public int Cuts { get; private set; }

        public void Abort() => Cuts++;
    }
}
