namespace Heliograph.Server.Transport;

/// <summary>
/// What a thread deals with in one go: all that the kernel has told a loop of at once, all that was read of one peer, all that another node has
/// sent together. What is to be written meanwhile waits for the end: what goes to one peer, from however many others, then leaves in one system
/// call, and the calls of all follow one another.
/// </summary>
internal readonly struct WriteRound : IDisposable
{
    [ThreadStatic]
    private static List<Held>? _held;

    [ThreadStatic]
    private static bool _isUnderWay;

    private readonly bool _isOutermost;

    private WriteRound(bool isOutermost) => _isOutermost = isOutermost;

    /// <summary>Whether this thread is in one.</summary>
    public static bool IsUnderWay => _isUnderWay;

    /// <summary>Begins one on this thread, or joins the one that it is in. It must end on the same thread.</summary>
    public static WriteRound Join()
    {
        if (_isUnderWay)
            return default;
        _isUnderWay = true;
        return new(isOutermost: true);
    }

    /// <summary>Has a writer of this thread's write at the end of the round.</summary>
    public static void Hold(IHeldWriter writer) => (_held ??= []).Add(new(writer));

    /// <summary>Ends it, where it is no other's part.</summary>
    public void Dispose()
    {
        if (!_isOutermost)
            return;
        _isUnderWay = false;
        if (_held is not { Count: > 0 } held)
            return;
        // A round within one of these writes has a list of its own.
        _held = null;
        foreach (var item in held)
            item.Writer.Release();
        held.Clear();
        _held = held;
    }

    /// <summary>Unlike an array of an interface's, one of these is written to without a look at what it may hold.</summary>
    private readonly record struct Held(IHeldWriter Writer);
}
