using System.Security.Cryptography.X509Certificates;

namespace Heliograph.FloorRelay;

/// <summary>A thread that accepts connections, and deals with those whose pairs are its own. Its two buffers serve all of them.</summary>
internal sealed class Loop
{
    /// <summary>The largest frame. A TLS record holds as much.</summary>
    public const int BufferBytes = 16 * 1024;

    private const int EventsAtATime = 512;
    private const uint Interest = LibC.Readable | LibC.Writable | LibC.EdgeTriggered;

    private readonly ConnectionTable _table;
    private readonly int _listener;
    private readonly X509Certificate2? _certificate;
    private readonly int _epoll = LibC.CreateEpoll();
    private readonly Connection?[][] _waiting = [[], []];

    public Loop(ConnectionTable table, int listener, X509Certificate2? certificate)
    {
        _table = table;
        _listener = listener;
        _certificate = certificate;
        if (LibC.ControlEpoll(_epoll, LibC.Add, listener, LibC.Readable | LibC.Exclusive) < 0)
        {
            throw new IOException($"can't wait for connections: errno {LibC.Error}");
        }

        new Thread(Run) { IsBackground = true }.Start();
    }

    public byte[] Input { get; } = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    public byte[] Output { get; } = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    public Loop LoopOf(int pair) => _table.LoopOf(pair);

    /// <summary>From here on that loop tells the connection of its events, the first of which comes at once: it can be written to.</summary>
    public void MoveTo(Loop loop, Connection connection)
    {
        _ = LibC.ControlEpoll(_epoll, LibC.Delete, connection.Descriptor, 0);
        loop.Add(connection);
    }

    /// <summary>Brings the two sides of a pair together; the first one waits.</summary>
    public void Join(Connection connection)
    {
        var place = connection.Pair / _table.LoopCount;
        if (place >= _waiting[0].Length)
        {
            Array.Resize(ref _waiting[0], (place + 1) * 2);
            Array.Resize(ref _waiting[1], (place + 1) * 2);
        }

        if (_waiting[1 - connection.Side][place] is { } other)
        {
            _waiting[other.Side][place] = null;
            other.Other = connection;
            connection.Other = other;
        }
        else
        {
            _waiting[connection.Side][place] = connection;
        }
    }

    public void Close(Connection connection)
    {
        if (connection.IsJoined)
        {
            ref var place = ref _waiting[connection.Side][connection.Pair / _table.LoopCount];
            place = ReferenceEquals(place, connection) ? null : place;
            if (connection.Other is { } other)
            {
                other.Other = null;
                Join(other);
            }
        }

        _table.Open[connection.Descriptor] = null;
        _ = LibC.Close(connection.Descriptor);
    }

    private void Add(Connection connection) => _ = LibC.ControlEpoll(_epoll, LibC.Add, connection.Descriptor, Interest);

    private void Run()
    {
        var events = GC.AllocateUninitializedArray<byte>(LibC.EventBytes * EventsAtATime, pinned: true);
        while (true)
        {
            var count = LibC.WaitEpoll(_epoll, ref events[0], EventsAtATime, timeoutMilliseconds: -1);
            for (var i = 0; i < count; i++)
            {
                var (what, descriptor) = LibC.ReadEvent(events, i);
                if (descriptor == _listener)
                {
                    Accept();
                }
                else
                {
                    _table.Open[descriptor]?.OnReady(this, (what & ~LibC.Writable) != 0, (what & LibC.Writable) != 0);
                }
            }
        }
    }

    private void Accept()
    {
        int descriptor;
        while ((descriptor = LibC.Accept(_listener)) >= 0)
        {
            Connection connection = _certificate is null ? new PlainConnection(descriptor) : new TlsConnection(descriptor, this, _certificate);
            _table.Open[descriptor] = connection;
            Add(connection);
        }
    }
}
