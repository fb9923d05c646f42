using Heliograph.Server.Hosting;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Hosting;

/// <summary>The buckets behind the rate limits.</summary>
public sealed class TokenBucketsTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Bucket_IsFullAtFirstAndFillsAtItsRate()
    {
        var buckets = new TokenBuckets<string>(perSecond: 2, burst: 3, _time);

        Take(buckets, "a", 4).ShouldBe([true, true, true, false]);
        buckets.TryTake("a", out var wait).ShouldBeFalse();
        wait.ShouldBe(TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(0.25));
        buckets.TryTake("a", out wait).ShouldBeFalse();
        wait.ShouldBe(TimeSpan.FromSeconds(0.25));
        _time.Advance(TimeSpan.FromSeconds(0.25));
        Take(buckets, "a", 2).ShouldBe([true, false]);
        _time.Advance(TimeSpan.FromHours(1));
        Take(buckets, "a", 4).ShouldBe([true, true, true, false]);
    }

    [Fact]
    public void Bucket_OfAnotherKey_IsAnother()
    {
        var buckets = new TokenBuckets<string>(perSecond: 1, burst: 1, _time);

        Take(buckets, "a", 2).ShouldBe([true, false]);
        Take(buckets, "b", 2).ShouldBe([true, false]);
    }

    [Fact]
    public void Buckets_OfManyWhoNeverComeAgain_AreForgotten()
    {
        var buckets = new TokenBuckets<int>(perSecond: 1, burst: 1, _time);

        for (var key = 0; key < 100_000; key++)
        {
            buckets.TryTake(key, out _).ShouldBeTrue();
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        buckets.Count.ShouldBeLessThan(2000);
    }

    private static List<bool> Take(TokenBuckets<string> buckets, string key, int times) => [.. Enumerable.Range(0, times).Select(_ => buckets.TryTake(key, out var _))];
}
