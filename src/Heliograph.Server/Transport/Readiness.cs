using System.Threading.Tasks.Sources;

namespace Heliograph.Server.Transport;

/// <summary>
/// Whether one direction of a socket can be used, for the one who uses it: it waits here until the loop has heard from the kernel, which tells
/// of each change once (edge-triggered). Allocates nothing. To be used so: <see cref="Clear"/>, call, and where the call would have blocked
/// <see cref="WaitAsync"/>.
/// </summary>
internal sealed class Readiness : IValueTaskSource<int>
{
    private const int Unknown = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _cancellation;
    private int _state;
    private volatile bool _isLast;

    /// <summary>Whether the connection has ended: every call says how.</summary>
    public bool IsLast => _isLast;

    /// <summary>Whether there may be more, as far as is known.</summary>
    public bool IsReady => Volatile.Read(ref _state) == Ready;

    /// <summary>Whether whoever waits goes on inline, on the loop's thread, which it must not hold up; otherwise on the thread pool.</summary>
    public bool IsInline { get; set; }

    /// <summary>Before a call: what the kernel tells from here on counts.</summary>
    public void Clear() => Interlocked.Exchange(ref _state, Unknown);

    /// <summary>After a call that shows that there is more.</summary>
    public void Set() => Volatile.Write(ref _state, Ready);

    /// <summary>Waits until the kernel has told of a change since <see cref="Clear"/>. The result means nothing. One caller at a time.</summary>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        if (_isLast || IsReady)
            return default;
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);

        _source.Reset();
        _source.RunContinuationsAsynchronously = !IsInline;
        var task = new ValueTask<int>(this, _source.Version);
        // Before anybody can end the wait: who ends it takes the registration back.
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((Readiness)state!).Cancel(token), this);
        var found = Interlocked.CompareExchange(ref _state, Waiting, Unknown);
        if (found == Unknown)
        {
            // Cancelled between the two: nobody was waiting then.
            if (cancellationToken.IsCancellationRequested)
                Cancel(cancellationToken);
            return task;
        }

        _cancellation.Dispose();
        _cancellation = default;
        return default;
    }

    /// <summary>
    /// Takes the place of whoever waits, until <see cref="GoOn"/> or <see cref="End"/>: nobody else ends the wait meanwhile, a cancellation neither. Called
    /// by the loop.
    /// </summary>
    /// <returns>False where nobody waits.</returns>
    public bool TryTakeOver() => Interlocked.CompareExchange(ref _state, Unknown, Waiting) == Waiting;

    /// <summary>Gives the place back: the wait goes on, or ends where there is still something to be read. Of waits that are not cancelled.</summary>
    public void GoOn()
    {
        if (Interlocked.CompareExchange(ref _state, Waiting, Unknown) != Unknown)
            End();
        // Told by another loop, to which the socket has moved meanwhile, before what it set was cleared.
        else if (_isLast && TryTakeOver())
            End();
    }

    /// <summary>Ends the wait. For whoever has taken it over.</summary>
    public void End() => _source.SetResult(0);

    /// <summary>The kernel has told of a change. Called by the loop.</summary>
    /// <param name="isLast">Whether nothing is left to wait for: the connection has ended, and every call says how.</param>
    /// <returns>Whether somebody was waiting.</returns>
    public bool Signal(bool isLast)
    {
        if (isLast)
            _isLast = true;
        if (Interlocked.Exchange(ref _state, Ready) != Waiting)
            return false;
        End();
        return true;
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        _cancellation.Dispose();
        _cancellation = default;
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Unknown, Waiting) == Waiting)
            _source.SetException(new OperationCanceledException(cancellationToken));
    }
}
