using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Heliograph.Load.Wire;

/// <summary>
/// Linux's readiness queue, level-triggered unless asked otherwise. One thread waits here for thousands of sockets, which costs the machine a fraction of what
/// asynchronous sockets do: the two cores belong to the server that is measured.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int OperationAdd = 1;
    private const int OperationDelete = 2;
    private const uint Readable = 1;
    private const uint ReadableOrWritableOnce = 0x8000_0005;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventBytes - 8;

    private readonly byte[] _events = new byte[EventBytes * 512];
    private readonly int _descriptor;

    public Epoll()
    {
        _descriptor = Create(CloseOnExec);
        if (_descriptor < 0)
        {
            throw new LoadException($"epoll_create1 failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Any thread may add while another one waits.</summary>
    public void Add(int descriptor) => Add(descriptor, Readable);

    /// <summary>Told of once as it becomes readable or writable, again only as there is news (edge-triggered).</summary>
    public void AddForNews(int descriptor) => Add(descriptor, ReadableOrWritableOnce);

    public void Remove(int descriptor)
    {
        Span<byte> item = stackalloc byte[EventBytes];
        _ = Control(_descriptor, OperationDelete, descriptor, ref MemoryMarshal.GetReference(item));
    }

    /// <summary>Returns how many descriptors are ready; <see cref="Ready"/> names them until the next wait.</summary>
    public int Wait(int timeoutMilliseconds)
    {
        var count = Wait(_descriptor, ref _events[0], _events.Length / EventBytes, timeoutMilliseconds);
        if (count >= 0)
        {
            return count;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == LibC.Interrupted ? 0 : throw new LoadException($"epoll_wait failed with errno {error}");
    }

    public int Ready(int index) => BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((index * EventBytes) + DataOffset));

    public void Dispose() => _ = LibC.Close(_descriptor);

    private void Add(int descriptor, uint interest)
    {
        Span<byte> item = stackalloc byte[EventBytes];
        item.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(item, interest);
        BinaryPrimitives.WriteInt32LittleEndian(item[DataOffset..], descriptor);
        if (Control(_descriptor, OperationAdd, descriptor, ref MemoryMarshal.GetReference(item)) < 0)
        {
            throw new LoadException($"epoll_ctl failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, ref byte item);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, ref byte events, int maximum, int timeoutMilliseconds);
}
