using System.Net.Sockets;

namespace Heliograph.Load.Wire;

/// <summary>
/// An open client socket. Once an <see cref="EventLoop"/> has it, only the loop's thread uses it. Sending and receiving allocate nothing,
/// except where a frame arrives in pieces.
/// </summary>
internal sealed class WebSocketConnection : IDisposable
{
    private readonly Socket _socket;
    private byte[] _partial = [];
    private int _partialLength;

    /// <param name="socket">A connected socket, past the upgrade.</param>
    /// <param name="early">Bytes that came in the same breath as the upgrade's answer.</param>
    public WebSocketConnection(Socket socket, ReadOnlySpan<byte> early)
    {
        _socket = socket;
        Descriptor = (int)socket.Handle;
        KeepPartial(early);
    }

    public int Descriptor { get; }

    /// <summary>Who is told of what arrives here.</summary>
    public IFrameHandler? Handler { get; set; }

    /// <summary>The pair this is one end of.</summary>
    public int PairIndex { get; init; }

    public bool IsDevice { get; init; }

    public void StopBlocking() => _socket.Blocking = false;

    public void Send(ReadOnlySpan<byte> frame)
    {
        var sent = _socket.Send(frame, SocketFlags.None, out var error);
        if (error != SocketError.Success)
        {
            throw new LoadException($"can't send to the server ({error})");
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
        var received = _socket.Receive(buffer[have..], SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success when received > 0 => have + received,
            SocketError.WouldBlock => have,
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
        _socket.Shutdown(SocketShutdown.Send);
        Span<byte> scrap = stackalloc byte[512];
        while (_socket.Receive(scrap, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
        }

        Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
