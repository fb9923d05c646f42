namespace Heliograph.Sdk;

/// <summary>How long to wait before the next try.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithoutRetryAfter = TimeSpan.FromSeconds(300);

    /// <summary>A Retry-After of zero, or a date that this clock has passed, must not make a busy loop.</summary>
    private static readonly TimeSpan LeastRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>A Retry-After of years is somebody's mistake, and a device must outlive it; timers can't take it either.</summary>
    private static readonly TimeSpan MostRetryAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// From 1 s, doubling, and jittered to between half and the whole of it, so that peers which lost the same service at the same
    /// moment do not come back in step. What the service asked for goes before.
    /// </summary>
    /// <param name="failures">How many tries have failed before.</param>
    /// <param name="longest">The longest wait.</param>
    /// <param name="error">What the last try ended with.</param>
    public static TimeSpan Delay(int failures, TimeSpan longest, HeliographException error)
    {
        if (error is ServiceException { Status: 429 } busy)
            return Min(Max(busy.RetryAfter ?? WithoutRetryAfter, LeastRetryAfter), MostRetryAfter);
        // 2^20 s are twelve days, beyond any sensible longest.
        var whole = Min(First * Math.Pow(2, Math.Min(failures, 20)), longest);
        return whole * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
