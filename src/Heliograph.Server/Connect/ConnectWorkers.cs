using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Server.Connect;

/// <summary>
/// Those of the thread pool's threads that answer connect calls: one fewer than there are processors, so that however many come, one is
/// free for whoever is connected already, and for those who have only to be told that they have to wait. Each goes on as long as there is
/// something to do: while a crowd arrives, the pool's own queue is long. A call that waits for PostgreSQL holds none; SQLite reads on the
/// thread that asks it, and where its disk hangs, one more thread answers those that need no disk.
/// </summary>
internal sealed class ConnectWorkers : IThreadPoolWorkItem, IDisposable
{
    /// <summary>Where in so long nothing was begun, although something waits, all are held up.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(0.25);

    /// <summary>A look-up that holds its worker for longer is slow.</summary>
    private static readonly TimeSpan SlowLookUp = TimeSpan.FromSeconds(0.02);

    /// <summary>While look-ups are slow, so many that ask no database come before each of them; otherwise they take turns.</summary>
    private const int KeptForASlowOne = 8;

    [ThreadStatic]
    private static ConnectWorkers? _current;

    private readonly ConcurrentQueue<Action> _kept = new();
    private readonly ConcurrentQueue<Action> _lookUps = new();
    private readonly ITimer _look;
    private int _free = Math.Max(1, Environment.ProcessorCount - 1);
    private int _begun;
    private int _begunBefore;
    private int _isLooking;
    private int _isStoodIn;
    private volatile bool _areLookUpsSlow;

    /// <param name="time">The clock.</param>
    public ConnectWorkers(TimeProvider time) =>
        _look = time.CreateTimer(static workers => ((ConnectWorkers)workers!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Whether this thread is one of them.</summary>
    public bool IsOne => _current == this;

    /// <summary>Has one of them do something.</summary>
    /// <param name="work">What.</param>
    /// <param name="isLookUp">Whether it may ask the database.</param>
    public void Run(Action work, bool isLookUp)
    {
        (isLookUp ? _lookUps : _kept).Enqueue(work);
        // Either a worker that has just run out of work sees it, or it is seen to be free here.
        Interlocked.MemoryBarrier();
        if (TryTakeOne())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else if (!isLookUp)
            LookLater();
    }

    /// <summary>What one of them does.</summary>
    public void Execute()
    {
        _current = this;
        do
        {
            var kept = 0;
            while (TryTake(ref kept, out var work, out var isLookUp))
                Do(work, isLookUp);

            Interlocked.Increment(ref _free);
        }
        // What came when all were at work, and none found.
        while (!(_kept.IsEmpty && _lookUps.IsEmpty) && TryTakeOne());
        _current = null;
    }

    public void Dispose() => _look.Dispose();

    /// <summary>Takes what comes next.</summary>
    /// <param name="kept">Those that ask no database, taken since the last look-up.</param>
    /// <param name="work">What to do.</param>
    /// <param name="isLookUp">Whether it may ask the database.</param>
    private bool TryTake(ref int kept, [NotNullWhen(true)] out Action? work, out bool isLookUp)
    {
        isLookUp = false;
        if (kept++ < (_areLookUpsSlow ? KeptForASlowOne : 1) && _kept.TryDequeue(out work))
            return true;
        kept = 0;
        isLookUp = _lookUps.TryDequeue(out work);
        return isLookUp || _kept.TryDequeue(out work);
    }

    private void Do(Action work, bool isLookUp)
    {
        Interlocked.Increment(ref _begun);
        var started = isLookUp ? Stopwatch.GetTimestamp() : 0;
        work();
        if (isLookUp)
            _areLookUpsSlow = Stopwatch.GetElapsedTime(started) > SlowLookUp;
    }

    private bool TryTakeOne()
    {
        while (Volatile.Read(ref _free) is > 0 and var free)
        {
            if (Interlocked.CompareExchange(ref _free, free - 1, free) == free)
                return true;
        }

        return false;
    }

    /// <summary>Something waits for a worker: looks, a moment later, whether it still does.</summary>
    private void LookLater()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
            return;
        _begunBefore = Volatile.Read(ref _begun);
        _look.Change(LookInterval, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        var begun = Volatile.Read(ref _begun);
        if (begun == _begunBefore && Interlocked.Exchange(ref _isStoodIn, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static workers => workers.StandIn(), this, preferLocal: false);
        Interlocked.Exchange(ref _isLooking, 0);
        if (!_kept.IsEmpty)
            LookLater();
    }

    /// <summary>What one more does as long as all others are held up.</summary>
    private void StandIn()
    {
        _current = this;
        var begun = Volatile.Read(ref _begun);
        while (Volatile.Read(ref _begun) == begun && _kept.TryDequeue(out var work))
            work();
        _current = null;
        Interlocked.Exchange(ref _isStoodIn, 0);
    }
}
