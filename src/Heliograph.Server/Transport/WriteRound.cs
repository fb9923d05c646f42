namespace Heliograph.Server.Transport;

/// <summary>
/// What a thread deals with in one go: all that the kernel has told a loop of at once, all that was read of one peer, all that another node has
/// sent together. What is to be written meanwhile waits for the end: what goes to one peer, from however many others, then leaves in one system
/// call, and the calls of all follow one another.
/// </summary>
internal readonly struct WriteRound : IDisposable
{
    // Null for one that is another's part.
    private readonly HeldWrites? _held;
    private readonly int _start;

    private WriteRound(HeldWrites held)
    {
        _held = held;
        _start = held.Count;
    }

    /// <summary>Begins one on this thread, or joins the one that it is in. It must end on the same thread.</summary>
    public static WriteRound Join()
    {
        var held = HeldWrites.Own;
        if (held.IsInRound)
            return default;
        held.IsInRound = true;
        return new(held);
    }

    /// <summary>Ends it, where it is no other's part.</summary>
    public void Dispose()
    {
        if (_held is null)
            return;
        _held.IsInRound = false;
        _held.Release(_start);
    }
}
