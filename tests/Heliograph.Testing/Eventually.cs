namespace Heliograph.Testing;

/// <summary>Waiting for what nothing tells of: asks again and again, and says in the end why not yet.</summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until <paramref name="check"/> returns null; until then it returns what is still missing.</summary>
    public static async Task HoldsAsync(string what, Func<Task<string?>> check, TimeSpan? patience = null)
    {
        using var timer = new PeriodicTimer(Step);
        var until = Environment.TickCount64 + (long)(patience ?? TestPeer.Patience).TotalMilliseconds;
        string? missing;
        while ((missing = await check()) is not null)
        {
            if (Environment.TickCount64 > until)
                throw new TimeoutException($"{what}: not yet after {patience ?? TestPeer.Patience}: {missing}");
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task HoldsAsync(string what, Func<Task<bool>> check) =>
        HoldsAsync(what, async () => await check() ? null : "it does not hold");

    public static Task HoldsAsync(string what, Func<bool> check) =>
        HoldsAsync(what, () => Task.FromResult(check() ? null : "it does not hold"));
}
