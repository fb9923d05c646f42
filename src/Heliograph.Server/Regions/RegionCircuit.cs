namespace Heliograph.Server.Regions;

/// <summary>
/// Keeps a region that does not answer from holding sockets and callers: after a few failures in a row calls to it are refused at once,
/// until <see cref="RegionCheck"/> hears from it again. It also bounds the calls that are under way. Thread-safe.
/// </summary>
internal sealed class RegionCircuit(int maxCalls)
{
    /// <summary>One may be a node's restart, or a connection that was closed under a request.</summary>
    private const int FailuresToOpen = 3;

    private readonly Lock _lock = new();
    private int _failures;
    private int _calls;

    /// <summary>Whether calls are refused.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _failures >= FailuresToOpen;
        }
    }

    /// <summary>Lets a call through, which <see cref="Leave"/> ends; false where it must not be made.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_failures >= FailuresToOpen || _calls >= maxCalls)
                return false;
            _calls++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
            _calls--;
    }

    /// <summary>The region answered.</summary>
    public void Succeeded()
    {
        lock (_lock)
            _failures = 0;
    }

    /// <summary>The region did not answer.</summary>
    public void Failed()
    {
        lock (_lock)
            _failures++;
    }
}
