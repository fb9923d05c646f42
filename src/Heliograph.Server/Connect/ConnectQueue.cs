using Heliograph.Server.Hosting;

namespace Heliograph.Server.Connect;

/// <summary>
/// Where connect calls wait for their turn when more come than can be answered: all devices at once, after an outage. Who could not be answered
/// within a few seconds is sent away at once, each to a time of its own, in the order in which they came; who was let in is answered, however long
/// it takes.
/// </summary>
/// <param name="atOnce">Calls that are answered side by side.</param>
/// <param name="isOfLookUps">Whether they may ask the database.</param>
/// <param name="workers">Who answers them.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectQueue(int atOnce, bool isOfLookUps, ConnectWorkers workers, TimeProvider time)
{
    /// <summary>Nobody waits longer than about this, at the pace at which they come.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>The latest time that anybody is sent away to. Beyond it times are spread at random, over as long again.</summary>
    public static readonly TimeSpan LatestReturn = TimeSpan.FromMinutes(1);

    /// <summary>
    /// So many times faster than at the pace of the moment are those called back who are sent away: while a crowd arrives, taking it in slows
    /// the answers down. Who comes too early finds a place among those who wait.
    /// </summary>
    public const double Haste = 2;

    /// <summary>
    /// Where nobody has left for longer, that counts. The collector stops everything for some hundredths of a second, and where a crowd arrives at a
    /// service that has just started, nobody leaves for up to two tenths.
    /// </summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(0.5);

    /// <summary>What a small machine needs: the pace to begin with.</summary>
    private static readonly TimeSpan FirstPace = TimeSpan.FromMilliseconds(0.5);

    /// <summary>No machine is faster; what is measured in a moment in which several leave at once is.</summary>
    private static readonly TimeSpan FastestPace = TimeSpan.FromMicroseconds(100);

    private readonly Lock _lock = new();
    private readonly Queue<ConnectTurn> _waiting = [];
    private int _inside;
    // Time from one answer to the next, while others wait.
    private TimeSpan _pace = FirstPace;
    // When somebody left, or the first began to wait.
    private long _since;
    private DateTimeOffset _bookedUntil;

    /// <summary>Calls that are answered side by side.</summary>
    public int AtOnce => atOnce;

    /// <summary>Whether this thread is one of those that answer calls.</summary>
    public bool IsOnWorker => workers.IsOne;

    /// <summary>Calls that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>A turn, to be waited for, and disposed when the call is answered.</summary>
    /// <exception cref="ApiException">429: too many wait already.</exception>
    public ConnectTurn Enter()
    {
        lock (_lock)
        {
            var turn = new ConnectTurn(this) { IsLater = _inside == atOnce };
            if (!turn.IsLater)
            {
                _inside++;
                turn.Begin();
                return turn;
            }

            var now = time.GetTimestamp();
            if (_waiting.Count == 0)
                Begin(now);
            var pace = PaceAt(now);
            if (_waiting.Count * pace > LongestWait)
                throw ApiException.TooManyRequests("More devices and clients connect than can be let in at once.", Book(pace));

            _waiting.Enqueue(turn);
            return turn;
        }
    }

    /// <summary>Has one of those who answer calls go on with one whose turn it is.</summary>
    public void Run(Action goOn) => workers.Run(goOn, isOfLookUps);

    /// <summary>A call is answered: it is the turn of whoever waits longest.</summary>
    public void Leave()
    {
        ConnectTurn? next;
        lock (_lock)
        {
            if (_waiting.TryDequeue(out next))
                Measure();
            else
                _inside--;
        }

        next?.Begin();
    }

    /// <summary>From here on others wait. What was measured long ago says nothing: a database that hung then may not now.</summary>
    private void Begin(long now)
    {
        if (time.GetElapsedTime(_since, now) > LongestWait)
            _pace = FirstPace;
        _since = now;
    }

    /// <summary>Over the last two rounds or so of those inside, who may all leave together, and then for long nobody.</summary>
    private void Measure()
    {
        var now = time.GetTimestamp();
        _pace += (time.GetElapsedTime(_since, now) - _pace) / (2 * atOnce);
        _pace = _pace > FastestPace ? _pace : FastestPace;
        _since = now;
    }

    /// <summary>The pace at which those who wait will leave, as far as can be seen.</summary>
    private TimeSpan PaceAt(long now)
    {
        var gap = time.GetElapsedTime(_since, now);
        // All who are inside have taken as long by now.
        var atLeast = gap > LongestGap ? gap / atOnce : TimeSpan.Zero;
        return _pace > atLeast ? _pace : atLeast;
    }

    /// <summary>The next free place behind those who wait and those who were sent away before.</summary>
    /// <returns>How long it is until then, in whole seconds, as it is told: up or down, so that as many come in each second as have a place in it.</returns>
    private TimeSpan Book(TimeSpan pace)
    {
        var now = time.GetUtcNow();
        var first = now + (LongestWait / Haste);
        _bookedUntil = (_bookedUntil > first ? _bookedUntil : first) + (pace / Haste);
        var wait = _bookedUntil - now;
        if (wait >= LatestReturn)
        {
            _bookedUntil = now + LatestReturn;
            wait = LatestReturn * (1 + Random.Shared.NextDouble());
        }

        return TimeSpan.FromSeconds(Math.Floor(wait.TotalSeconds + Random.Shared.NextDouble()));
    }
}
