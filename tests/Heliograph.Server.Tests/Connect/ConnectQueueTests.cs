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

    [Fact]
    public async Task Storm_OverHttp_IsAnsweredOrSentAwayButNeverTimedOut()
    {
        await using var service = await TestService.StartAsync();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), new SigningKey());
        (await service.Api.ConnectClientAsync(device)).Require(System.Net.HttpStatusCode.OK);
        var queue = service.Get<ConnectQueues>().Kept;
        // Nobody leaves: whoever comes has to wait, until nobody more may.
        for (var i = 0; i < ConnectQueue.AtOnce; i++)
            await queue.EnterAsync();
        var waiting = service.Api.ConnectClientAsync(device);
        await Eventually.HoldsAsync("the call waits", () => queue.Waiting == 1);
        while (true)
        {
            try
            {
                _ = queue.EnterAsync();
            }
            catch (ApiException)
            {
                break;
            }
        }

        var refused = await service.Api.ConnectClientAsync(device);
        refused.Status.ShouldBe((System.Net.HttpStatusCode)429);
        refused.Code.ShouldBe(ErrorCodes.TooManyRequests);
        waiting.IsCompleted.ShouldBeFalse();

        queue.Leave();
        (await waiting).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task LookUps_ThatTakeAllTurnsOfTheirs_HoldUpNoneThatNeedsNoDatabase()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        var (kept, other) = (await service.Api.CreateDeviceAsync(product, new SigningKey()), await service.Api.CreateDeviceAsync(product, new SigningKey()));
        (await service.Api.ConnectClientAsync(kept)).Require(System.Net.HttpStatusCode.OK);
        var lookUps = service.Get<ConnectQueues>().LookUps;
        // As while a database hangs: nobody leaves.
        for (var i = 0; i < ConnectQueue.AtOnce; i++)
            await lookUps.EnterAsync();
        var waiting = service.Api.ConnectClientAsync(other);
        await Eventually.HoldsAsync("the look-up waits", () => lookUps.Waiting == 1);

        (await service.Api.ConnectClientAsync(kept)).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        foreach (var refused in (string[])["{", "{}"])
            (await service.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.Json(refused))).Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        waiting.IsCompleted.ShouldBeFalse();

        lookUps.Leave();
        (await waiting).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_WhoseBodiesComeSlowly_HoldNoTurn()
    {
        await using var service = await TestService.StartAsync();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), new SigningKey());
        var slow = new List<RawConnection>();
        for (var i = 0; i < ConnectQueue.AtOnce; i++)
        {
            slow.Add(await RawConnection.ConnectAsync(service.BaseUrl));
            // So much of it that the web server has patience for a minute.
            await slow[i].SendAsync($"POST /v1/client/connect HTTP/1.1\r\nHost: {new Uri(service.BaseUrl).Authority}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {ConnectCall.MaxBody}\r\n\r\n{new string(' ', ConnectCall.MaxBody - 1)}");
        }

        for (var i = 0; i < 10; i++)
            (await service.Api.ConnectClientAsync(device)).Status.ShouldBe(System.Net.HttpStatusCode.OK);

        foreach (var connection in slow)
        {
            await connection.SendAsync(" ");
            (await connection.ReadAnswerAsync())!.Status.ShouldBe(400);
            await connection.DisposeAsync();
        }
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
