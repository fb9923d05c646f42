using System.Text.Unicode;
using Heliograph.Server.Relay.Frames;
using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay;

/// <summary>
/// The server's side of a WebSocket (RFC 6455, no extensions) on a duplex stream. One reader and one writer at a time. An idle
/// socket holds no buffer: one is rented only when bytes have come. The reader drives it step by step, so that receiving allocates
/// nothing, not even a state machine.
/// </summary>
/// <param name="stream">The upgraded connection; each write is sent at once.</param>
/// <param name="maxMessage">The most bytes that a message may have, over all its fragments.</param>
internal sealed class SignalingSocket(Stream stream, int maxMessage)
{
    private const int FirstBuffer = 4096;

    // In the buffer: the fragments of a message so far, unmasked and joined, from 0; what was received and not read, from _start to _end.
    private byte[]? _buffer;
    private int _joined;
    private int _start;
    private int _end;

    private Opcode _fragmentedAs;

    /// <summary>Whether a message, or a part of a frame, has come and the rest of it has not.</summary>
    public bool IsMidMessage { get; private set; }

    /// <summary>Adds what came with the handshake.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            MakeRoom();
            var count = Math.Min(bytes.Length, _buffer!.Length - _end);
            bytes[..count].CopyTo(_buffer.AsSpan(_end));
            bytes = bytes[count..];
            _end += count;
        }
    }

    /// <summary>
    /// Between messages: waits until bytes have come, or the connection has ended, without a buffer. On a bare socket what comes meanwhile is read inline
    /// (<see cref="LoopSocket.WaitAsync"/>).
    /// </summary>
    /// <param name="reader">Who reads inline; null for nobody.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    public ValueTask<int> WaitAsync(IInlineReader? reader, CancellationToken cancellationToken)
    {
        ReleaseBuffer();
        return reader is not null && stream is LoopSocket socket && !cancellationToken.CanBeCanceled
            ? socket.WaitAsync(reader)
            : stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
    }

    /// <summary>Reads inline; the count goes to <see cref="Advance"/>. 0 is the connection's end.</summary>
    /// <returns>False where nothing has come.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public bool TryRead(out int count)
    {
        MakeRoom();
        return ((LoopSocket)stream).TryReceive(_buffer.AsSpan(_end), out count);
    }

    /// <summary>Reads what has come; the count goes to <see cref="Advance"/>. 0 is the connection's end.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        return stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
    }

    /// <summary>Adds what was read.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Takes the next message or control frame out of what was read; its payload is valid until the next call of anything here.</summary>
    /// <returns>False where it is not all there yet and more has to be read.</returns>
    public bool TryReceive(out Received received)
    {
        var isTaken = TryTake(out received);
        IsMidMessage = _fragmentedAs != default || (!isTaken && _start < _end);
        return isTaken;
    }

    /// <summary>Reads and drops what still comes until the peer ends the connection, so that it is not reset under a close frame.</summary>
    public async ValueTask DiscardAsync(CancellationToken cancellationToken)
    {
        _joined = _start = _end = 0;
        MakeRoom();
        while (await stream.ReadAsync(_buffer, cancellationToken) > 0)
        {
            // Dropped.
        }
    }

    /// <summary>Writes frames, or the next part of one.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Gives the buffer back. Called by the reader, when it is done.</summary>
    public void ReleaseBuffer()
    {
        if (_buffer is { } buffer)
            FramePool.Return(buffer);
        _buffer = null;
        _start = _end = _joined = 0;
    }

    private bool TryTake(out Received received)
    {
        while (true)
        {
            received = default;
            switch (FrameHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out var header))
            {
                case FrameHeaderStatus.Incomplete:
                    return false;
                case FrameHeaderStatus.Invalid:
                    received = Received.Violation(CloseCode.ProtocolError);
                    return true;
            }

            // Judged by the header, before the payload has come.
            if (!header.IsControl && (header.Opcode == Opcode.Continuation) != (_fragmentedAs != default))
            {
                received = Received.Violation(CloseCode.ProtocolError);
                return true;
            }

            // A sum could overflow: a header may claim any length.
            if (!header.IsControl && header.PayloadLength > maxMessage - _joined)
            {
                received = Received.Violation(CloseCode.TooBig);
                return true;
            }

            if (_end - _start - header.Length < header.PayloadLength)
                return false;

            var payloadStart = _start + header.Length;
            var payloadLength = (int)header.PayloadLength;
            Masking.Apply(_buffer.AsSpan(payloadStart, payloadLength), header.Mask);
            _start = payloadStart + payloadLength;

            if (header.IsControl)
            {
                received = Control(header.Opcode, _buffer.AsMemory(payloadStart, payloadLength));
                return true;
            }

            if (Join(header, payloadStart, payloadLength, out received))
                return true;
        }
    }

    /// <summary>Adds a data frame to the message that it is a part of; true where that makes it whole.</summary>
    private bool Join(FrameHeader header, int payloadStart, int payloadLength, out Received received)
    {
        var continues = _fragmentedAs != default;
        if (header.IsFinal && !continues)
        {
            received = Message(header.Opcode, _buffer.AsMemory(payloadStart, payloadLength));
            return true;
        }

        _buffer.AsSpan(payloadStart, payloadLength).CopyTo(_buffer.AsSpan(_joined));
        _joined += payloadLength;
        if (!header.IsFinal)
        {
            if (!continues)
                _fragmentedAs = header.Opcode;
            received = default;
            return false;
        }

        received = Message(_fragmentedAs, _buffer.AsMemory(0, _joined));
        _fragmentedAs = default;
        _joined = 0;
        return true;
    }

    private static Received Message(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (opcode == Opcode.Binary)
            return new(ReceivedKind.Binary, payload, null);
        return Utf8.IsValid(payload.Span) ? new(ReceivedKind.Text, payload, null) : Received.Violation(CloseCode.InvalidText);
    }

    private static Received Control(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (opcode != Opcode.Close)
            return new(opcode == Opcode.Ping ? ReceivedKind.Ping : ReceivedKind.Pong, payload, null);
        return ClosePayload.TryRead(payload.Span, out var answer)
            ? new(ReceivedKind.Close, payload, answer)
            : Received.Violation(answer!.Value);
    }

    /// <summary>Makes room at the buffer's end. It doubles with what has come, not with what a header claims will come.</summary>
    private void MakeRoom()
    {
        if (_buffer is null)
        {
            _buffer = FramePool.Rent(FirstBuffer);
            return;
        }

        if (_start > _joined)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer.AsSpan(_joined));
            _end = _joined + _end - _start;
            _start = _joined;
        }

        if (_end < _buffer.Length)
            return;

        var larger = FramePool.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        FramePool.Return(_buffer);
        _buffer = larger;
    }
}
