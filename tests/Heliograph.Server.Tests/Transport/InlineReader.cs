using Heliograph.Server.Transport;

namespace Heliograph.Server.Tests.Transport;

/// <summary>Reads a socket on its loop, and keeps what it has read.</summary>
internal sealed class InlineReader(LoopSocket socket, int bufferSize = 64) : IInlineReader
{
    private readonly Lock _lock = new();
    private readonly List<byte> _read = [];
    private readonly HashSet<string?> _threads = [];

    /// <summary>Whether it goes on waiting when it has read.</summary>
    public bool GoesOn { get; set; } = true;

    /// <summary>Called when it has read, and has not said yet whether it goes on.</summary>
    public Action? HasRead { get; set; }

    public IReadOnlyList<byte> Read
    {
        get
        {
            lock (_lock)
                return [.. _read];
        }
    }

    /// <summary>The names of the threads that it read on.</summary>
    public IReadOnlyCollection<string?> Threads
    {
        get
        {
            lock (_lock)
                return [.. _threads];
        }
    }

    public bool ReadInline()
    {
        var buffer = new byte[bufferSize];
        var isRead = socket.TryReceive(buffer, out var count);
        HasRead?.Invoke();
        lock (_lock)
        {
            _read.AddRange(buffer[..(isRead ? count : 0)]);
            _threads.Add(Thread.CurrentThread.Name);
        }

        return GoesOn;
    }
}
