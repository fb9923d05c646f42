namespace Heliograph.Backplane.RabbitMq.Directory;

/// <summary>
/// Makes one call to the database of many: while one is under way the next gather, and go together when it is done. Alone, a call waits
/// for nobody.
/// </summary>
/// <param name="execute">Carries out many at once; the results in their order.</param>
internal sealed class Batcher<TKey, TInput, TResult>(Func<TInput, TKey> keyOf, Func<IReadOnlyList<TInput>, Task<IReadOnlyList<TResult>>> execute)
    where TKey : notnull
{
    private const int MaxBatch = 500;

    private readonly Lock _lock = new();
    private Queue<(TInput Input, TaskCompletionSource<TResult> Done)> _waiting = [];
    private bool _isRunning;

    /// <exception cref="Exception">Whatever the carrying out failed with.</exception>
    public Task<TResult> CallAsync(TInput input)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((input, done));
            if (_isRunning)
                return done.Task;
            _isRunning = true;
        }

        // Owned through the calls that wait for it.
        _ = RunAsync();
        return done.Task;
    }

    private async Task RunAsync()
    {
        while (TryTakeBatch() is { Count: > 0 } batch)
        {
            try
            {
                var results = await execute([.. batch.Select(x => x.Input)]);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Done.SetResult(results[i]);
            }
            catch (Exception error)
            {
                foreach (var (_, done) in batch)
                    done.TrySetException(error);
            }
        }
    }

    /// <summary>Each key once: a statement can't change a row twice.</summary>
    private List<(TInput Input, TaskCompletionSource<TResult> Done)> TryTakeBatch()
    {
        lock (_lock)
        {
            var batch = new Dictionary<TKey, (TInput, TaskCompletionSource<TResult>)>();
            var later = new Queue<(TInput, TaskCompletionSource<TResult>)>();
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var next))
            {
                if (!batch.TryAdd(keyOf(next.Input), next))
                    later.Enqueue(next);
            }

            while (_waiting.TryDequeue(out var next))
                later.Enqueue(next);
            _waiting = later;
            _isRunning = batch.Count > 0;
            return [.. batch.Values];
        }
    }
}
