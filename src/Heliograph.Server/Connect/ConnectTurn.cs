using System.Runtime.CompilerServices;

namespace Heliograph.Server.Connect;

/// <summary>
/// The turn of a connect call. Whoever awaits it goes on in their turn, on one of the workers; so does who awaits it again after they have
/// waited for something else. With its disposal it ends, and the caller goes on elsewhere.
/// </summary>
internal sealed class ConnectTurn(ConnectQueue queue) : ICriticalNotifyCompletion, IAsyncDisposable
{
    /// <summary>In the place of what goes on: it has come.</summary>
    private static readonly Action HasCome = () => { };

    private Action? _goOn;
    private bool _isOver;

    /// <summary>Whether others come first.</summary>
    public bool IsLater { get; init; }

    /// <summary>Whether it has come, and this is one of the workers.</summary>
    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _goOn), HasCome) && queue.IsOnWorker;

    /// <summary>It is the turn of this call.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _goOn, HasCome) is { } goOn)
            queue.Run(goOn);
    }

    /// <summary>The next one's turn begins.</summary>
    public void End()
    {
        if (!_isOver)
            queue.Leave();
        _isOver = true;
    }

    /// <summary>Ends it, and leaves the worker to the next one: what is left to do, others do.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        if (queue.IsOnWorker)
            await Task.Yield();
    }

    public ConnectTurn GetAwaiter() => this;

    public void UnsafeOnCompleted(Action continuation)
    {
        if (Interlocked.CompareExchange(ref _goOn, continuation, null) is not null)
            queue.Run(continuation);
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void GetResult()
    {
        // There is none.
    }
}
