namespace Heliograph.Server.Regions;

/// <summary>How long a region may keep a call waiting: a time that begins anew with every step, and stands still while it is others who have to act.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _most;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    /// <param name="most">The most time for one step.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Cancelled when the caller has left.</param>
    public Patience(TimeSpan most, TimeProvider time, CancellationToken caller)
    {
        _most = most;
        _timer = new(most, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    /// <summary>Cancelled when patience is at its end, or the caller has left.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>It is the region's turn.</summary>
    public void Begin() => _timer.CancelAfter(_most);

    /// <summary>It is somebody else's.</summary>
    public void Pause() => _timer.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
