using System.Buffers;

namespace Heliograph.Server.Relay;

/// <summary>
/// What is written in one system call: a frame as it lies, or several that waited together, copied behind one another into a pooled buffer.
/// </summary>
internal readonly struct FrameBatch
{
    /// <summary>A copy costs less than another call as long as it is small.</summary>
    private const int MaxBytes = 16 * 1024;

    private const int MaxFrames = 64;

    private readonly OutboundFrame _single;
    private readonly OutboundFrame[]? _frames;
    private readonly byte[]? _bytes;
    private readonly int _count;
    private readonly int _length;

    private FrameBatch(OutboundFrame[] frames, int count, int length)
    {
        _frames = frames;
        _count = count;
        _bytes = ArrayPool<byte>.Shared.Rent(length);
        foreach (var frame in frames.AsSpan(0, count))
        {
            frame.Bytes.Span.CopyTo(_bytes.AsSpan(_length));
            _length += frame.Length;
        }
    }

    public FrameBatch(OutboundFrame frame) => _single = frame;

    /// <summary>The bytes to write.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes is null ? _single.Bytes : _bytes.AsMemory(0, _length);

    /// <summary>The frames, in their order. For those that could not be written.</summary>
    public IReadOnlyList<OutboundFrame> Frames => _frames is null ? [_single] : [.. _frames.AsSpan(0, _count)];

    /// <summary>Takes the next frames out of a queue that has some: as many as are worth a copy.</summary>
    public static FrameBatch Take(ref FrameQueue waiting)
    {
        var first = waiting.Dequeue();
        if (!Fits(in waiting, first.Length, count: 1))
            return new(first);

        var frames = ArrayPool<OutboundFrame>.Shared.Rent(MaxFrames);
        var (count, length) = (0, 0);
        Add(first);
        while (Fits(in waiting, length, count))
            Add(waiting.Dequeue());
        return new(frames, count, length);

        void Add(OutboundFrame frame)
        {
            frames[count++] = frame;
            length += frame.Length;
        }
    }

    /// <summary>Gives all buffers back.</summary>
    public void Return()
    {
        if (_frames is null)
        {
            _single.Return();
            return;
        }

        foreach (var frame in _frames.AsSpan(0, _count))
            frame.Return();
        ReturnCopies();
    }

    /// <summary>Gives back what is the batch's own. The frames are whoever's has <see cref="Frames"/>.</summary>
    public void ReturnCopies()
    {
        if (_frames is null)
            return;
        ArrayPool<OutboundFrame>.Shared.Return(_frames, clearArray: true);
        ArrayPool<byte>.Shared.Return(_bytes!);
    }

    private static bool Fits(in FrameQueue waiting, int length, int count) =>
        count < MaxFrames && waiting.Count > 0 && length + waiting.Peek().Length <= MaxBytes;
}
