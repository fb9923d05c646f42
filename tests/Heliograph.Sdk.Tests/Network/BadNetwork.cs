namespace Heliograph.Sdk.Tests;

/// <summary>
/// The network of one peer, which goes bad again and again until there have been so many cuts; and the peer's clock, moved just as
/// far as the peer waits for it.
/// </summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    /// <summary>A client gives up when seven tries in a row have failed; after so many cuts comes a connection that holds ten seconds.</summary>
    private const int MostCutsInARow = 3;

    private readonly Random _random;
    private readonly int _cuts;
    private readonly CuttingProxy _proxy;
    private int _cutsInARow;

    public BadNetwork(Uri service, Random random, int cuts)
    {
        _random = random;
        _cuts = cuts;
        _proxy = new(service, Choose);
        Handler = _proxy.CreateHandler();
    }

    public ManualTimeProvider Clock { get; } = new();

    public HttpMessageHandler Handler { get; }

    public int Cuts => _proxy.Cuts;

    /// <summary>Cuts, and moves the peer's clock, until cancelled.</summary>
    public async Task RunAsync(Func<ConnectionState> state, Func<CancellationToken, Task<bool>> checkAlive, CancellationToken cancellationToken)
    {
        var random = new Random(_random.Next());
        var cutAt = NextCut(random);
        var hasHeld = false;
        Task checking = Task.CompletedTask;
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Step, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (state() == ConnectionState.WaitRetry && Clock.Pending is [var wait, ..])
                Clock.Advance(wait);

            hasHeld = hasHeld && state() == ConnectionState.Connected;
            if (_proxy.IsSwallowing)
            {
                // Whatever it is that waits for an answer: a PONG, an HTTP call, a handshake.
                if (checking.IsCompleted)
                    checking = checkAlive(CancellationToken.None);
                // Slowly where it is none: the proxy may not have seen yet that the peer has left, and is at its next try.
                Clock.Advance(TimeSpan.FromSeconds(state() == ConnectionState.Connected ? 1 : 0.2));
            }
            else if (state() == ConnectionState.Connected && !hasHeld)
            {
                Clock.Advance(TimeSpan.FromSeconds(10));
                hasHeld = state() == ConnectionState.Connected;
                if (hasHeld)
                    Volatile.Write(ref _cutsInARow, 0);
            }
            else if (hasHeld && Environment.TickCount64 > cutAt && Cuts < _cuts)
            {
                _proxy.Cut(Kind(random));
                hasHeld = false;
                cutAt = NextCut(random);
            }
        }

        Clock.Advance(TimeSpan.FromSeconds(1));
        await checking;
    }

    /// <summary>Waits until there have been so many cuts.</summary>
    public async Task CutsAsync(int count, CancellationToken cancellationToken)
    {
        while (Cuts < count)
            await Task.Delay(Step, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        Handler.Dispose();
    }

    /// <summary>The first connections, by which the test begins, are good ones.</summary>
    private Fate Choose(int number)
    {
        if (number < 3 || Cuts >= _cuts)
            return Fate.None;
        if (Interlocked.Increment(ref _cutsInARow) > MostCutsInARow)
            return Fate.None;
        // As often in the first bytes, where the handshake is, as far on.
        var after = (long)Math.Pow(10, 1 + (_random.NextDouble() * 4));
        return new(Kind(_random), after, TimeSpan.FromMilliseconds(_random.Next(4) == 0 ? _random.Next(5) : 0));
    }

    private static FateKind Kind(Random random) => random.Next(10) switch
    {
        < 5 => FateKind.Reset,
        < 8 => FateKind.Finish,
        _ => FateKind.Swallow,
    };

    private static long NextCut(Random random) => Environment.TickCount64 + random.Next((int)LongestLife.TotalMilliseconds);
}
