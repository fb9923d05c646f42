using System.Collections.Concurrent;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>What other nodes have yet to answer. One timer for all: <see cref="Sweep"/> ends those that wait for too long.</summary>
internal sealed class Outstanding(TimeSpan patience, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Waiting> _waiting = new();
    private long _lastId;

    /// <summary>A number for a message to a node, and what its fate will be told by.</summary>
    public (long Id, Task<SendOutcome> Outcome) Add(NodeAddress to)
    {
        var id = Interlocked.Increment(ref _lastId);
        var waiting = new Waiting(to, time.GetTimestamp());
        _waiting[id] = waiting;
        return (id, waiting.Done.Task);
    }

    public void Complete(long id, SendOutcome outcome)
    {
        if (_waiting.TryRemove(id, out var waiting))
            waiting.Done.TrySetResult(outcome);
    }

    /// <summary>Ends those that wait for a node that does not answer any more.</summary>
    public void CompleteAll(NodeAddress node, SendOutcome outcome) => CompleteWhere(x => x.To == node, outcome);

    public void CompleteAll(SendOutcome outcome) => CompleteWhere(_ => true, outcome);

    /// <summary>Ends those that have waited for too long.</summary>
    public void Sweep()
    {
        var now = time.GetTimestamp();
        CompleteWhere(x => time.GetElapsedTime(x.Since, now) > patience, SendOutcome.Timeout);
    }

    private void CompleteWhere(Func<Waiting, bool> isOne, SendOutcome outcome)
    {
        foreach (var (id, waiting) in _waiting)
        {
            if (isOne(waiting))
                Complete(id, outcome);
        }
    }

    private sealed record Waiting(NodeAddress To, long Since)
    {
        public TaskCompletionSource<SendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
