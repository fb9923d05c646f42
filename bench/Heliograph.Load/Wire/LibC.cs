using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Heliograph.Load.Wire;

/// <summary>The system calls of client sockets. Those that fail return -1 and leave the error in errno.</summary>
internal static partial class LibC
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int AddressNotAvailable = 99;
    public const int InProgress = 115;
    public const int ShutdownSend = 1;

    public const int Internet = 2;
    public const int Stream = 1;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int NoSignal = 0x4000;

    public const int LevelSocket = 1;
    public const int ReuseAddress = 2;
    public const int ReceiveTimeout = 20;
    public const int SendTimeout = 21;
    public const int LevelTcp = 6;
    public const int NoDelay = 1;

    public const int GetFlags = 3;
    public const int SetFlags = 4;

    public const int AddressBytes = 16;

    private const string Library = "libc";

    public static void WriteAddress(Span<byte> target, IPAddress address, int port)
    {
        target.Clear();
        BinaryPrimitives.WriteInt16LittleEndian(target, Internet);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)port);
        address.TryWriteBytes(target[4..], out _);
    }

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, ref byte address, int addressLength);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, ref byte address, int addressLength);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int name, ref byte value, int valueBytes);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int ControlFile(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, ref byte buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, ref byte bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
