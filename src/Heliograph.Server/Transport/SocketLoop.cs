using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>
/// A thread that waits for many sockets at once (epoll(7)) and tells each of them what the kernel has told. Whatever goes on inline goes on
/// here: it must not block, since all other sockets of the loop wait for it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A loop lives as long as the process.")]
internal sealed class SocketLoop
{
    private const int EventsAtATime = 32;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventBytes - sizeof(ulong);

    private readonly nint _epoll;
    private readonly SocketTable _sockets = new();

    private SocketLoop(string name)
    {
        _epoll = LibC.CreateEpoll(LibC.CloseOnExec);
        if (_epoll < 0)
            throw Errno.ToException("epoll_create1");
        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    /// <summary>The loops of this process: as many as it has processors.</summary>
    public static IReadOnlyList<SocketLoop> All => Lazily.Loops;

    /// <summary>
    /// The loop that connections are taken in on, and nothing else. While all devices come at once, its thread has its turn beside those of the
    /// thread pool, where it would wait behind every call that came before.
    /// </summary>
    public static SocketLoop Listening => Lazily.Listening;

    /// <summary>The loop for all that has to do with each other: whose sockets are on one loop are served by one thread.</summary>
    /// <param name="hash">The same for all of them.</param>
    public static SocketLoop For(int hash) => All[(int)((uint)hash % All.Count)];

    /// <summary>Begins to tell a socket of its events; of what has happened already, too.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="interest">Which events.</param>
    /// <exception cref="IOException">The kernel takes no more.</exception>
    public void Add(IPolled socket, PollEvents interest)
    {
        socket.Key = _sockets.Add(socket);
        if (Control(LibC.Add, socket, interest))
            return;
        var error = Errno.ToException("epoll_ctl");
        _sockets.Remove(socket.Key);
        throw error;
    }

    /// <summary>Tells a socket of other events from here on; of what has happened already, too.</summary>
    public void Change(IPolled socket, PollEvents interest)
    {
        if (!Control(LibC.Change, socket, interest))
            throw Errno.ToException("epoll_ctl");
    }

    /// <summary>Tells it of no more. The kernel's own part ends with the descriptor.</summary>
    public void Remove(IPolled socket) => _sockets.Remove(socket.Key);

    /// <summary>Tells it of no more, so that another loop can.</summary>
    /// <exception cref="IOException">The kernel does not know of it.</exception>
    public void Release(IPolled socket)
    {
        Remove(socket);
        if (!Control(LibC.Delete, socket, PollEvents.None))
            throw Errno.ToException("epoll_ctl");
    }

    private bool Control(int operation, IPolled socket, PollEvents interest)
    {
        Span<byte> item = stackalloc byte[EventBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(item, (uint)interest);
        BinaryPrimitives.WriteInt64LittleEndian(item[DataOffset..], socket.Key);
        return LibC.ControlEpoll(_epoll, operation, socket.Handle, item) == 0;
    }

    private void Run()
    {
        var events = new byte[EventBytes * EventsAtATime];
        while (true)
            RunRound(events);
    }

    /// <summary>
    /// Deals with what the kernel tells of at once. A method of its own, since one that never returns stays as it was compiled ahead: with calls where
    /// others have code.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunRound(byte[] events)
    {
        var count = LibC.WaitEpoll(_epoll, events, EventsAtATime, timeoutMilliseconds: -1);
        var round = WriteRound.Join();
        for (var i = 0; i < count; i++)
        {
            var item = events.AsSpan(i * EventBytes, EventBytes);
            LoopGuard.Enter();
            // One that has gone meanwhile is not found.
            _sockets.Find(BinaryPrimitives.ReadInt64LittleEndian(item[DataOffset..]))?.Tell((PollEvents)BinaryPrimitives.ReadUInt32LittleEndian(item));
            LoopGuard.Leave();
        }

        LoopGuard.Enter();
        round.Dispose();
        LoopGuard.Leave();
    }

    private static class Lazily
    {
        public static readonly SocketLoop[] Loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(x => new SocketLoop($"sockets {x}"))];

        public static readonly SocketLoop Listening = new("listening");
    }
}
