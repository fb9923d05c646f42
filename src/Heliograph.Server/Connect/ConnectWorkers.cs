namespace Heliograph.Server.Connect;

/// <summary>
/// Those of the thread pool's threads that answer the connect calls of a queue: one fewer than there are processors, so that however many come, one is
/// free for whoever is connected already, and for those who have only to be told that they have to wait. A call that waits for PostgreSQL holds none;
/// SQLite reads on the thread that asks it, and where its disk is slow, holds up other look-ups.
/// </summary>
internal sealed class ConnectWorkers
{
    private readonly TaskScheduler _scheduler =
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount - 1)).ConcurrentScheduler;

    /// <summary>Has one of them do something, all the way through.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
}
