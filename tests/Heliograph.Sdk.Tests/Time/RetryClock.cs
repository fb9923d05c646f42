namespace Heliograph.Sdk.Tests;

/// <summary>Moving a peer's clock to its next try.</summary>
internal static class RetryClock
{
    /// <summary>Waits until a device waits for its next try.</summary>
    /// <returns>How long it is going to wait.</returns>
    public static Task<TimeSpan> RetryOfAsync(this ManualTimeProvider clock, SignalingDevice device) => clock.RetryOfAsync(() => device.State);

    /// <inheritdoc cref="RetryOfAsync(ManualTimeProvider, SignalingDevice)"/>
    public static Task<TimeSpan> RetryOfAsync(this ManualTimeProvider clock, SignalingClient client) => clock.RetryOfAsync(() => client.State);

    /// <summary>Ends the wait of a device, where it is in one.</summary>
    public static void RetryNow(this ManualTimeProvider clock, SignalingDevice device)
    {
        if (device.State == ConnectionState.WaitRetry && clock.Pending is [var wait])
            clock.Advance(wait);
    }

    /// <summary>Waits until a timer runs that has so long to go.</summary>
    public static Task PendingAsync(this ManualTimeProvider clock, TimeSpan wait) =>
        Eventually.HoldsAsync($"something waits for {wait}", () => clock.Pending.Contains(wait));

    /// <summary>While a peer waits for its next try, no other timer of it runs.</summary>
    private static async Task<TimeSpan> RetryOfAsync(this ManualTimeProvider clock, Func<ConnectionState> state)
    {
        TimeSpan wait = default;
        await Eventually.HoldsAsync("it waits for the next try", () =>
        {
            var waits = state() == ConnectionState.WaitRetry && clock.Pending is { Count: 1 };
            if (waits)
                wait = clock.Pending[0];
            return waits;
        });
        return wait;
    }
}
