namespace Heliograph.Server.Transport;

/// <summary>
/// The sockets of a loop by the keys that the kernel keeps for them. A key is a place in the table and the count of its uses: an event that
/// comes late, for a socket whose place another one has by now, finds nothing.
/// </summary>
internal sealed class SocketTable
{
    private const int FirstSize = 64;

    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private volatile Slot[] _slots = new Slot[FirstSize];
    private int _count;

    /// <summary>Takes a socket in.</summary>
    /// <returns>Its key.</returns>
    public long Add(IPolled socket)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var place))
                place = _count++;
            if (place == _slots.Length)
                Grow();
            ref var slot = ref _slots[place];
            slot.Uses++;
            Volatile.Write(ref slot.Socket, socket);
            return ((long)slot.Uses << 32) | (uint)place;
        }
    }

    public void Remove(long key)
    {
        lock (_lock)
        {
            ref var slot = ref _slots[(int)key];
            if (slot.Uses != (int)(key >> 32) || slot.Socket is null)
                return;
            slot.Socket = null;
            _free.Push((int)key);
        }
    }

    /// <summary>The socket of a key; null where it has gone. Called by the loop, without a lock.</summary>
    public IPolled? Find(long key)
    {
        ref var slot = ref _slots[(int)key];
        var socket = Volatile.Read(ref slot.Socket);
        return slot.Uses == (int)(key >> 32) ? socket : null;
    }

    private void Grow()
    {
        var larger = new Slot[_slots.Length * 2];
        _slots.CopyTo(larger, 0);
        _slots = larger;
    }

    private struct Slot
    {
        public IPolled? Socket;
        public int Uses;
    }
}
