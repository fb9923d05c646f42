using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

public sealed class ConnectQueueTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ConnectQueue _queue;

    public ConnectQueueTests() => _queue = new(64, isOfLookUps: false, new(TimeProvider.System), _time);

    [Fact]
    public async Task Calls_AsManyAsAreAnsweredAtOnce_DoNotWait()
    {
        for (var i = 0; i < _queue.AtOnce; i++)
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
        var refusals = SendAway(20_000);

        refusals.ShouldAllBe(x => x.Status == 429 && x.Code == ErrorCodes.TooManyRequests);
        // One after the other from half of the longest wait on, faster than at the pace of the answers: half a millisecond each, to begin with. Whole
        // seconds are what they are told.
        var waits = refusals.Select(x => x.RetryAfter!.Value.TotalSeconds).ToList();
        waits.ShouldAllBe(x => x == Math.Floor(x));
        var inSecond = waits.CountBy(x => (int)x).ToDictionary();
        inSecond.Keys.Order().ShouldBe([2, 3, 4, 5, 6, 7, 8]);
        for (var second = 4; second <= 6; second++)
            inSecond[second].ShouldBeInRange(3700, 4300);
        waits.Average().ShouldBe(5, 0.1);
    }

    [Fact]
    public async Task Calls_SentAwayOverHttp_AreToldDifferentSeconds()
    {
        await using var service = await TestService.StartAsync();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), new SigningKey());
        (await service.Api.ConnectClientAsync(device)).Require(System.Net.HttpStatusCode.OK);
        var queue = service.Get<ConnectQueues>().Kept;
        while (TryEnter(queue))
        {
            // Until nobody more may.
        }

        var told = new List<string>();
        for (var i = 0; i < 50; i++)
            told.Add((await service.Api.ConnectClientAsync(device)).Headers.GetValues("Retry-After").ShouldHaveSingleItem());

        told.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(1, string.Join(", ", told));
    }

    [Fact]
    public async Task Calls_SentAway_AreNotAskedBackLaterThanIsUseful()
    {
        await FillAsync();

        foreach (var refusal in SendAway(100_000))
            refusal.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(2), 2 * ConnectQueue.LatestReturn);
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
    public void Pace_OfAFastMachine_OutlastsAPause()
    {
        RunFast();

        _time.Advance(TimeSpan.FromMilliseconds(150));

        CountLetIn().ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Hang_InWhichNobodyLeaves_IsNoticedBeforeManyWait()
    {
        RunFast();
        var before = _queue.Waiting;

        // A thousand come in each second of three.
        for (var i = 0; i < 3000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            TryEnter();
        }

        (_queue.Waiting - before).ShouldBeLessThan(1000);
    }

    [Fact]
    public void Hang_AfterWhichManyLeaveTogether_IsNotForgottenForThat()
    {
        RunFast();
        // So many at once, and then nobody for three seconds: a good hundred in five.
        for (var i = 0; i < 30; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            for (var j = 0; j < _queue.AtOnce; j++)
            {
                _queue.Leave();
                TryEnter();
            }
        }

        // Right behind such a moment it looks faster than it is, by half at most.
        CountLetIn().ShouldBeInRange(90, 160);
    }

    [Fact]
    public async Task Hang_ThatIsOver_IsForgotten()
    {
        await FillAsync();
        var before = CountLetIn();
        _time.Advance(TimeSpan.FromSeconds(10));
        TryEnter().ShouldBeFalse();

        while (_queue.Waiting > 0)
            _queue.Leave();
        _time.Advance(TimeSpan.FromSeconds(10));

        CountLetIn().ShouldBe(before);
    }

    [Fact]
    public async Task Places_OfThoseWhoCameBack_AreFreeAgain()
    {
        await FillAsync();
        SendAway(20_000)[^1].RetryAfter!.Value.ShouldBeGreaterThan(TimeSpan.FromSeconds(3));

        while (_queue.Waiting > 0)
            _queue.Leave();
        _time.Advance(TimeSpan.FromMinutes(1));

        SendAway(1)[0].RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    }

    private async Task FillAsync()
    {
        for (var i = 0; i < _queue.AtOnce; i++)
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

    /// <summary>Answers at a pace of a quarter of a millisecond, for a second, while thousands wait.</summary>
    private void RunFast()
    {
        while (_queue.Waiting < 1000)
            TryEnter();
        for (var i = 0; i < 4000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(0.25));
            _queue.Leave();
            TryEnter();
        }
    }

    private bool TryEnter() => TryEnter(_queue);

    private static bool TryEnter(ConnectQueue queue)
    {
        try
        {
            _ = queue.EnterAsync();
            return true;
        }
        catch (ApiException)
        {
            return false;
        }
    }
}
