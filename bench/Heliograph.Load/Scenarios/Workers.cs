using System.Runtime.ExceptionServices;

namespace Heliograph.Load.Scenarios;

/// <summary>Threads for blocking work: enough of them to keep the server busy, few enough to be cheap.</summary>
internal static class Workers
{
    private const int ThreadCount = 16;

    /// <summary>
    /// Calls <paramref name="work"/> for 0 to <paramref name="count"/> - 1. The first failure ends it and is thrown here.
    /// </summary>
    public static void Run(int count, Action<int> work)
    {
        var next = -1;
        Exception? failure = null;
        var threads = Enumerable.Range(0, Math.Min(ThreadCount, count)).Select(_ => new Thread(Loop)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        void Loop()
        {
            try
            {
                int index;
                while (Volatile.Read(ref failure) is null && (index = Interlocked.Increment(ref next)) < count)
                {
                    work(index);
                }
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, error, null);
            }
        }
    }
}
