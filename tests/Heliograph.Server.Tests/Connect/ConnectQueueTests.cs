using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

public sealed class ConnectQueueTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ConnectQueue _queue;

    public ConnectQueueTests() => _queue = new(_time);

    [Fact]
    public async Task Calls_AsManyAsAreAnsweredAtOnce_DoNotWait()
    {
        for (var i = 0; i < ConnectQueue.AtOnce; i++)
            await _queue.EnterAsync();

        _queue.EnterAsync().IsCompleted.ShouldBeFalse();
        _queue.Waiting.ShouldBe(1);
    }

    [Fact]
    public async Task Calls_ThatWait_GoInOneByOneInTheirOrder()
    {
        await FillAsync();
        var waiting = Enumerable.Range(0, 3).Select(_ => _queue.EnterAsync()).ToList();

        for (var i = 0; i < 3; i++)
        {
            _queue.Leave();
            await waiting[i];
            waiting.Skip(i + 1).ShouldAllBe(x => !x.IsCompleted);
        }
    }

    [Fact]
    public async Task Calls_MoreThanCanBeAnsweredInAFewSeconds_AreSentAwayEachToATimeOfItsOwn()
    {
        await FillAsync();
        var refusals = SendAway(2000);

        refusals.ShouldAllBe(x => x.Status == 429 && x.Code == ErrorCodes.TooManyRequests);
        var waits = refusals.Select(x => x.RetryAfter!.Value).ToList();
        waits[0].ShouldBeGreaterThan(ConnectQueue.LongestWait / ConnectQueue.Haste);
        // One after the other, faster than at the pace of the answers: half a millisecond each, to begin with.
        waits.Zip(waits.Skip(1)).ShouldAllBe(x => x.Second > x.First);
        (waits[^1] - waits[0]).ShouldBe(1999 * TimeSpan.FromMilliseconds(0.5) / ConnectQueue.Haste, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Calls_SentAway_AreNotAskedBackLaterThanIsUseful()
    {
        await FillAsync();

        foreach (var refusal in SendAway(100_000))
            refusal.RetryAfter!.Value.ShouldBeInRange(ConnectQueue.LongestWait / ConnectQueue.Haste, 2 * ConnectQueue.LatestReturn);
    }

    [Fact]
    public async Task Pace_OfSlowAnswers_ShortensTheQueue()
    {
        await FillAsync();
        var before = CountLetIn();

        // Twenty times slower than it was taken to be.
        while (_queue.Waiting > 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            _queue.Leave();
        }

        before.ShouldBe(10_001);
        CountLetIn().ShouldBeInRange(495, 505);
    }

    [Fact]
    public async Task Places_OfThoseWhoCameBack_AreFreeAgain()
    {
        await FillAsync();
        var first = SendAway(1000)[0].RetryAfter!.Value;

        _time.Advance(TimeSpan.FromMinutes(1));

        SendAway(1)[0].RetryAfter!.Value.ShouldBe(first);
    }

    private async Task FillAsync()
    {
        for (var i = 0; i < ConnectQueue.AtOnce; i++)
            await _queue.EnterAsync();
    }

    /// <summary>Comes until so many were sent away.</summary>
    private List<ApiException> SendAway(int count)
    {
        var refusals = new List<ApiException>();
        while (refusals.Count < count)
        {
            try
            {
                _ = _queue.EnterAsync();
            }
            catch (ApiException refusal)
            {
                refusals.Add(refusal);
            }
        }

        return refusals;
    }

    private int CountLetIn()
    {
        SendAway(1);
        return _queue.Waiting;
    }
}
