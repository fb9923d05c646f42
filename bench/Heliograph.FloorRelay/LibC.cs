using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Heliograph.FloorRelay;

/// <summary>The system calls of the relay, as Linux has them. Those that fail return -1 and leave the error in errno.</summary>
internal static partial class LibC
{
    public const int TryAgain = 11;

    // epoll_ctl(2)
    public const int Add = 1;
    public const int Delete = 2;
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    public const uint Exclusive = 1u << 28;
    public const uint EdgeTriggered = 1u << 31;

    private const string Library = "libc";
    private const int Internet = 2;
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int LevelTcp = 6;
    private const int NoDelay = 1;

    // The kernel caps it at net.core.somaxconn.
    private const int Backlog = 65535;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public static int EventBytes => DataOffset + sizeof(long);

    public static int Error => Marshal.GetLastPInvokeError();

    /// <summary>Opens a listener on a free port of the loopback interface. What it accepts inherits that nothing waits to be sent.</summary>
    public static (int Descriptor, int Port) Listen()
    {
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        BinaryPrimitives.WriteInt16LittleEndian(address, Internet);
        BinaryPrimitives.WriteUInt32BigEndian(address[4..], 0x7f000001);
        var length = address.Length;
        var descriptor = OpenSocket(Internet, Stream | NonBlocking | CloseOnExec, 0);
        if (descriptor < 0 || SetOption(descriptor, LevelTcp, NoDelay, 1, sizeof(int)) < 0
            || Bind(descriptor, ref address[0], length) < 0 || Listen(descriptor, Backlog) < 0
            || ReadName(descriptor, ref address[0], ref length) < 0)
        {
            throw new IOException($"can't listen: errno {Error}");
        }

        return (descriptor, BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
    }

    public static int Accept(int listener) => Accept(listener, 0, 0, NonBlocking | CloseOnExec);

    public static unsafe nint Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Receive(socket, start, buffer.Length, 0);
        }
    }

    public static unsafe nint Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Send(socket, start, bytes.Length, NoSignal);
        }
    }

    public static int CreateEpoll() => CreateEpoll(CloseOnExec);

    public static int ControlEpoll(int epoll, int operation, int descriptor, uint interest)
    {
        Span<byte> item = stackalloc byte[EventBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(item, interest);
        BinaryPrimitives.WriteInt64LittleEndian(item[DataOffset..], descriptor);
        return ControlEpoll(epoll, operation, descriptor, ref item[0]);
    }

    public static (uint Events, int Descriptor) ReadEvent(ReadOnlySpan<byte> events, int index)
    {
        var item = events[(index * EventBytes)..];
        return (BinaryPrimitives.ReadUInt32LittleEndian(item), BinaryPrimitives.ReadInt32LittleEndian(item[DataOffset..]));
    }

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitEpoll(int epoll, ref byte events, int maximum, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, in int value, int valueBytes);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, ref byte address, int addressLength);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(int socket, int backlog);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    private static partial int ReadName(int socket, ref byte address, ref int addressLength);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int listener, nint address, nint addressLength, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint Send(int socket, byte* bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int CreateEpoll(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int ControlEpoll(int epoll, int operation, int descriptor, ref byte item);
}
