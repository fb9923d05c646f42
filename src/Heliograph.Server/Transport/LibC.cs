using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>
/// The system calls of the transport, as Linux has them. Those that can fail return -1 and leave the error in errno. A loop's epoll, which is never
/// closed, is a bare descriptor.
/// </summary>
internal static partial class LibC
{
    private const string Library = "libc";

    // accept4(2), socket(2)
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    // send(2): a broken connection is an error of the call, not a signal to the process.
    public const int NoSignal = 0x4000;

    // recv(2): what has come stays where it is.
    public const int Peek = 2;

    // shutdown(2)
    public const int ShutdownSend = 1;
    public const int ShutdownBoth = 2;

    // epoll_ctl(2)
    public const int Add = 1;
    public const int Delete = 2;
    public const int Change = 3;

    // setsockopt(2)
    public const int LevelSocket = 1;
    public const int Linger = 13;

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreateEpoll(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(nint epoll, int operation, SafeHandle descriptor, ReadOnlySpan<byte> item);

    /// <summary>Why it fails is not kept: whoever waits for ever is at most interrupted.</summary>
    [LibraryImport(Library, EntryPoint = "epoll_wait")]
    public static partial int WaitEpoll(nint epoll, Span<byte> events, int maximum, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(SafeHandle listener, Span<byte> address, ref int addressLength, int flags);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SocketHandle socket, int level, int name, ReadOnlySpan<int> value, int valueBytes);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SocketHandle socket, Span<byte> buffer, nint length, int flags);

    /// <summary>
    /// As <see cref="Receive"/>, for a socket that does not block, without the runtime's being told before and after: a collection waits meanwhile. Why
    /// it failed is not kept; <see cref="Receive"/>, asked next, has it if it is one that lasts. A broken connection is told of once (ECONNRESET): asked
    /// again, it has ended.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "recv")]
    [SuppressGCTransition]
    public static partial nint ReceiveAtOnce(SocketHandle socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SocketHandle socket, ReadOnlySpan<byte> bytes, nint length, int flags);

    /// <summary>As <see cref="Send"/>, and otherwise as <see cref="ReceiveAtOnce"/>. Asked again, a broken connection is a broken pipe.</summary>
    [LibraryImport(Library, EntryPoint = "send")]
    [SuppressGCTransition]
    public static partial nint SendAtOnce(SocketHandle socket, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SocketHandle socket, int how);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(nint descriptor);
}
