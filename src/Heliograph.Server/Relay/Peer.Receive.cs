using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    /// <summary>Peers wait for the server to end the connection; so long it waits for them, that its close frame is not cut off.</summary>
    private static readonly TimeSpan DiscardTime = TimeSpan.FromSeconds(1);

    // A close frame, or what the peer must not send: what is received last of all.
    private Received _last;
    // The end of what was dealt with last, where that has to be waited for before what was read behind it is dealt with.
    private Task? _taken;

    /// <summary>Messages that this peer sent.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Whether something of what was read has to be waited for, or was the last.</summary>
    private bool IsHeldUp => _taken is not null || _last.IsLast;

    /// <summary>
    /// Reads until the connection ends, handing each text message to the router. While it waits between messages, what comes is read by
    /// <see cref="IInlineReader.ReadInline"/> as long as that is done at once.
    /// </summary>
    /// <param name="aborted">Cancelled when the connection is cut.</param>
    public async Task ReceiveAsync(CancellationToken aborted)
    {
        TakeRead();
        while (true)
        {
            if (_taken is not null)
            {
                await _taken;
                TakeRead();
                continue;
            }

            if (_last.IsLast)
                break;

            // Awaited here and not in a method of its own, which would allocate each time that it has to wait.
            int count;
            try
            {
                if (!socket.IsMidMessage)
                    await socket.WaitAsync(this, aborted);
                if (IsHeldUp)
                    continue;
                count = await socket.ReadAsync(aborted);
            }
            catch (Exception error) when (IsConnectionGone(error))
            {
                // How it broke is of no use to anyone.
                break;
            }

            if (count == 0)
                break;
            socket.Advance(count);
            TakeRead();
        }

        if (_last.Kind == ReceivedKind.Violation)
            await EndAsync(EndReasons.OfViolation(_last.CloseCode!.Value), aborted);
        End(EndReason.Lost);
        socket.ReleaseBuffer();
        await _outbox.Drained;
    }

    /// <summary>Ends the connection and waits a moment for the peer to end it too. Called by the reader. Never throws.</summary>
    public async Task EndAsync(EndReason reason, CancellationToken aborted)
    {
        End(reason);
        await _outbox.Drained;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        enough.CancelAfter(DiscardTime);
        try
        {
            await socket.DiscardAsync(enough.Token);
        }
        catch (Exception error) when (IsConnectionGone(error))
        {
            // That is what was waited for.
        }

        socket.ReleaseBuffer();
    }

    bool IInlineReader.ReadInline()
    {
        try
        {
            if (!socket.TryRead(out var count))
            {
                socket.ReleaseBuffer();
                return true;
            }

            // The end is the waiting method's to find.
            if (count == 0)
                return false;
            socket.Advance(count);
        }
        catch (Exception error) when (IsConnectionGone(error))
        {
            return false;
        }

        try
        {
            TakeRead();
        }
        catch (Exception error)
        {
            _taken = Task.FromException(error);
        }

        if (IsHeldUp || socket.IsMidMessage)
            return false;
        socket.ReleaseBuffer();
        return true;
    }

    /// <summary>Deals with what was read, up to what has to be waited for, or is the last.</summary>
    private void TakeRead()
    {
        using var round = WriteRound.Join();
        _taken = null;
        while (!IsHeldUp && socket.TryReceive(out var received))
        {
            if (received.IsLast)
                _last = received;
            _wasHeard = true;
            if (!socket.IsMidMessage)
                _hasFinishedMessage = true;
            var taken = TakeAsync(received);
            if (!taken.IsCompletedSuccessfully)
                _taken = taken.AsTask();
        }
    }

    /// <summary>Deals with one thing that the socket received.</summary>
    private ValueTask TakeAsync(in Received received)
    {
        switch (received.Kind)
        {
            // A connection that the service is closing is still heard, since an ERROR, unlike other messages, is never resent. One that
            // has lost its place or its right is not.
            case ReceivedKind.Text when !EndReason.IsUnheard():
                MessagesReceived++;
                return router.RouteAsync(this, received.Payload);
            case ReceivedKind.Binary when !IsEnding:
                metrics.Ignored(IgnoredCause.Binary);
                break;
            case ReceivedKind.Ping when !IsEnding:
                SendOwn(OutboundFrame.ControlPong(received.Payload.Span));
                break;
            case ReceivedKind.Close:
                End(EndReason.PeerClosed, received.CloseCode);
                break;
        }

        return default;
    }

    private static bool IsConnectionGone(Exception error) =>
        error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
