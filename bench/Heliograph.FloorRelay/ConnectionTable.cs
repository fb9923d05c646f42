using System.Security.Cryptography.X509Certificates;

namespace Heliograph.FloorRelay;

/// <summary>All loops, and what is open on them by its descriptor: the one look-up that an event takes.</summary>
internal sealed class ConnectionTable(int loops)
{
    // Pages of it that no descriptor falls on take no memory.
    private const int MostDescriptors = 1 << 20;

    private readonly Loop[] _loops = new Loop[loops];

    public int LoopCount => _loops.Length;

    public Connection?[] Open { get; } = new Connection?[MostDescriptors];

    public void Start(int number, int listener, X509Certificate2? certificate) =>
        _loops[number] = new Loop(this, listener, certificate);

    /// <summary>Both sides of a pair are on the same loop, so that no pair needs a lock.</summary>
    public Loop LoopOf(int pair) => _loops[pair % _loops.Length];
}
