using System.Diagnostics.Metrics;
using Heliograph.Server.Connect;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Connect;

public sealed class ConnectTurnTests
{
    private readonly ConnectQueue _queue = new(4, isOfLookUps: false, new(TimeProvider.System), new ManualTimeProvider());

    [Fact]
    public async Task Call_GoesOnOnAWorker_AfterItHasWaitedForSomethingElseToo_AndIsFinishedElsewhere()
    {
        await using (var turn = _queue.Enter())
        {
            await turn;
            _queue.IsOnWorker.ShouldBeTrue();

            await Task.Yield();
            _queue.IsOnWorker.ShouldBeFalse();
            await turn;
            _queue.IsOnWorker.ShouldBeTrue();
        }

        _queue.IsOnWorker.ShouldBeFalse();
    }

    [Fact]
    public async Task Call_ThatFails_EndsItsTurn()
    {
        for (var i = 0; i < 2 * _queue.AtOnce; i++)
            await Should.ThrowAsync<InvalidOperationException>(FailAsync());

        _queue.Waiting.ShouldBe(0);

        async Task FailAsync()
        {
            await using var turn = _queue.Enter();
            await turn;
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Turn_EndedBeforeTheCallIs_EndsOnce()
    {
        var turn = _queue.Enter();
        await turn;
        turn.End();
        await turn.DisposeAsync();

        for (var i = 0; i < _queue.AtOnce; i++)
            await _queue.EnterAsync();
        _ = _queue.EnterAsync();
        _queue.Waiting.ShouldBe(1);
    }

    /// <summary>Whichever comes first: the turn, or who waits for it.</summary>
    [Fact]
    public async Task Turns_ThatComeWhileTheyAreAwaited_AreNotMissed()
    {
        const int rounds = 2000;
        var queue = new ConnectQueue(1, isOfLookUps: false, new(TimeProvider.System), TimeProvider.System);
        for (var i = 0; i < rounds; i++)
        {
            await queue.EnterAsync();
            var next = queue.Enter();
            next.IsLater.ShouldBeTrue();
            var leaving = Task.Run(queue.Leave);
            await WaitAsync(next).WaitAsync(TestPeer.Patience);
            await leaving;
            queue.Leave();
        }

        static async Task WaitAsync(ConnectTurn turn) => await turn;
    }

    [Fact]
    public async Task Calls_OfBothQueues_AreAnsweredByOneThreadFewerThanThereAreProcessors()
    {
        var (now, most) = (0, 0);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var queues = new ConnectQueues(services.GetRequiredService<IMeterFactory>(), new ManualTimeProvider());

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => CallAsync(i % 2 == 0 ? queues.Kept : queues.LookUps)));

        most.ShouldBeInRange(1, Math.Max(1, Environment.ProcessorCount - 1));

        async Task CallAsync(ConnectQueue queue)
        {
            await using var turn = queue.Enter();
            await turn;
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref now);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            // Somebody else has set it meanwhile.
        }
    }
}
