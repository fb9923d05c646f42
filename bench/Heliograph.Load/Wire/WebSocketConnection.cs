namespace Heliograph.Load.Wire;

/// <summary>
/// An open client socket. Once an <see cref="EventLoop"/> has it, only the loop's thread uses it. Sending and receiving allocate nothing,
/// except where a frame arrives in pieces.
/// </summary>
internal sealed class WebSocketConnection : IDisposable
{
    private readonly ClientSocket _socket;
    private byte[] _partial = [];
    private int _partialLength;

    /// <param name="socket">A connected socket, past the upgrade.</param>
    /// <param name="early">Bytes that came in the same breath as the upgrade's answer.</param>
    public WebSocketConnection(ClientSocket socket, ReadOnlySpan<byte> early)
    {
        _socket = socket;
        Descriptor = socket.Descriptor;
        KeepPartial(early);
    }

    public int Descriptor { get; }

    /// <summary>Who is told of what arrives here.</summary>
    public IFrameHandler? Handler { get; set; }

    /// <summary>The pair this is one end of.</summary>
    public int PairIndex { get; init; }

    public bool IsDevice { get; init; }

    public void StopBlocking() => _socket.StopBlocking();

    public void Send(ReadOnlySpan<byte> frame)
    {
        var sent = _socket.Send(frame);
        if (sent == ClientSocket.Broken)
        {
            throw new LoadException("can't send to the server: the connection is broken");
        }

        if (sent != frame.Length)
        {
            throw new LoadException("the server reads so slowly that the socket's send buffer is full");
        }
    }

    /// <summary>
    /// Fills <paramref name="buffer"/> with what was left of the last time and what is there now. Negative: the server closed.
    /// </summary>
    public int Receive(Span<byte> buffer)
    {
        var have = _partialLength;
        _partial.AsSpan(0, have).CopyTo(buffer);
        _partialLength = 0;
        return _socket.Receive(buffer[have..]) switch
        {
            > 0 and var received => have + received,
            ClientSocket.WouldBlock => have,
            _ => -1,
        };
    }

    public void KeepPartial(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > _partial.Length)
        {
            _partial = new byte[Math.Max(rest.Length, 1024)];
        }

        rest.CopyTo(_partial);
        _partialLength = rest.Length;
    }

    /// <summary>
    /// Says goodbye and waits, within the socket's receive timeout, until the server has closed too. For blocking sockets.
    /// </summary>
    public void CloseAndWait()
    {
        Send(Frame.Build(Frame.Close, [0x03, 0xe8]));
        _socket.EndSending();
        Span<byte> scrap = stackalloc byte[512];
        while (_socket.Receive(scrap) > 0)
        {
        }

        Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
