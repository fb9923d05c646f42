namespace Heliograph.Server.Relay;

/// <summary>Frames in their order. One alone, as nearly always, takes no memory of its own. Not for several threads at once.</summary>
internal struct FrameQueue
{
    /// <summary>What a burst made larger than this is let go when all has been taken out.</summary>
    private const int KeptCapacity = 32;

    private OutboundFrame _first;
    private Queue<OutboundFrame>? _others;

    public int Count { get; private set; }

    /// <summary>Adds a frame at the end.</summary>
    public void Enqueue(in OutboundFrame frame)
    {
        if (Count++ == 0)
            _first = frame;
        else
            (_others ??= new()).Enqueue(frame);
    }

    /// <summary>The next frame, which stays; there has to be one.</summary>
    public readonly OutboundFrame Peek() => _first;

    /// <summary>Takes the next frame out; there has to be one.</summary>
    public OutboundFrame Dequeue()
    {
        var frame = _first;
        _first = --Count > 0 ? _others!.Dequeue() : default;
        if (Count == 0 && _others?.Capacity > KeptCapacity)
            _others = null;
        return frame;
    }

    /// <summary>Takes all out.</summary>
    public IReadOnlyList<OutboundFrame> TakeAll()
    {
        var frames = new List<OutboundFrame>(Count);
        while (Count > 0)
            frames.Add(Dequeue());
        return frames;
    }
}
