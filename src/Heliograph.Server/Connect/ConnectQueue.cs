using Heliograph.Server.Hosting;

namespace Heliograph.Server.Connect;

/// <summary>
/// Where connect calls wait for their turn when more come than can be answered: all devices at once, after an outage. So many are answered side
/// by side as keep the processors busy. Who could not be answered within a few seconds is sent away at once, each to a time of its own, in the
/// order in which they came; who was let in is answered, however long it takes.
/// </summary>
internal sealed class ConnectQueue(TimeProvider time)
{
    /// <summary>Calls that are answered side by side.</summary>
    public const int AtOnce = 64;

    /// <summary>Nobody waits longer than about this.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>The latest time that anybody is sent away to. Beyond it times are spread at random, over as long again.</summary>
    public static readonly TimeSpan LatestReturn = TimeSpan.FromMinutes(1);

    /// <summary>
    /// So many times faster than at the pace of the moment are those called back who are sent away: while a crowd arrives, taking it in slows
    /// the answers down. Who comes too early finds a place among those who wait.
    /// </summary>
    public const double Haste = 2;

    /// <summary>How much the newest measurement counts for.</summary>
    private const double Weight = 0.05;

    /// <summary>No machine is faster; what is measured in a moment in which several leave at once is.</summary>
    private static readonly TimeSpan FastestPace = TimeSpan.FromMicroseconds(100);

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private int _inside;
    private long _lastLeft;
    // Time from one answer to the next, while others wait. To begin with, what a small machine needs.
    private TimeSpan _pace = TimeSpan.FromMilliseconds(0.5);
    private DateTimeOffset _bookedUntil;

    /// <summary>Calls that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for a turn, which <see cref="Leave"/> ends.</summary>
    /// <exception cref="ApiException">429: too many wait already.</exception>
    public Task EnterAsync()
    {
        lock (_lock)
        {
            if (_inside < AtOnce)
            {
                _inside++;
                return Task.CompletedTask;
            }

            if (_waiting.Count * _pace > LongestWait)
                throw ApiException.TooManyRequests("More devices and clients connect than can be let in at once.", Book());

            if (_waiting.Count == 0)
                _lastLeft = time.GetTimestamp();
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>A call is answered.</summary>
    public void Leave()
    {
        TaskCompletionSource? next;
        lock (_lock)
        {
            if (_waiting.TryDequeue(out next))
                Measure();
            else
                _inside--;
        }

        next?.SetResult();
    }

    private void Measure()
    {
        var now = time.GetTimestamp();
        _pace += Weight * (time.GetElapsedTime(_lastLeft, now) - _pace);
        _pace = _pace > FastestPace ? _pace : FastestPace;
        _lastLeft = now;
    }

    /// <summary>The next free place behind those who wait and those who were sent away before.</summary>
    /// <returns>How long it is until then.</returns>
    private TimeSpan Book()
    {
        var now = time.GetUtcNow();
        var first = now + (LongestWait / Haste);
        _bookedUntil = (_bookedUntil > first ? _bookedUntil : first) + (_pace / Haste);
        var wait = _bookedUntil - now;
        if (wait < LatestReturn)
            return wait;
        _bookedUntil = now + LatestReturn;
        return LatestReturn * (1 + Random.Shared.NextDouble());
    }
}
