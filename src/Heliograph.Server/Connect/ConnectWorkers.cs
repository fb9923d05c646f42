using System.Collections.Concurrent;

namespace Heliograph.Server.Connect;

/// <summary>
/// Those of the thread pool's threads that answer connect calls: one fewer than there are processors, so that however many come, one is
/// free for whoever is connected already, and for those who have only to be told that they have to wait. Each goes on as long as there is
/// something to do: while a crowd arrives, the pool's own queue is long. A call that waits for PostgreSQL holds none;
/// SQLite reads on the thread that asks it, and where its disk is slow, holds up other calls.
/// </summary>
internal sealed class ConnectWorkers : IThreadPoolWorkItem
{
    [ThreadStatic]
    private static ConnectWorkers? _current;

    private readonly ConcurrentQueue<Action> _work = new();
    private int _free = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Whether this thread is one of them.</summary>
    public bool IsOne => _current == this;

    /// <summary>Has one of them do something.</summary>
    public void Run(Action work)
    {
        _work.Enqueue(work);
        // Either a worker that has just run out of work sees it, or it is seen to be free here.
        Interlocked.MemoryBarrier();
        if (TryTakeOne())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>What one of them does.</summary>
    public void Execute()
    {
        _current = this;
        do
        {
            while (_work.TryDequeue(out var work))
                work();
            Interlocked.Increment(ref _free);
        }
        // What came when all were at work, and none found.
        while (!_work.IsEmpty && TryTakeOne());
        _current = null;
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
}
