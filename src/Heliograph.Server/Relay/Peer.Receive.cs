using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    /// <summary>Peers wait for the server to end the connection; so long it waits for them, that its close frame is not cut off.</summary>
    private static readonly TimeSpan DiscardTime = TimeSpan.FromSeconds(1);

    /// <summary>Messages that this peer sent.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Reads until the connection ends, handing each text message to the router.</summary>
    /// <param name="router">Where messages go.</param>
    /// <param name="aborted">Cancelled when the connection is cut.</param>
    public async Task ReceiveAsync(Router router, CancellationToken aborted)
    {
        Received received;
        while (true)
        {
            received = TakeRead(router, out var taken);
            if (!taken.IsCompletedSuccessfully)
            {
                await taken;
                continue;
            }

            if (received.IsLast)
                break;

            // Awaited here and not in a method of its own, which would allocate each time that it has to wait.
            int count;
            try
            {
                if (!socket.IsMidMessage)
                    await socket.WaitAsync(aborted);
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
        }

        if (received.Kind == ReceivedKind.Violation)
            await EndAsync(EndReasons.OfViolation(received.CloseCode!.Value), aborted);
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

    /// <summary>Deals with what was read, up to what has to be waited for, or is the last.</summary>
    /// <param name="router">Where messages go.</param>
    /// <param name="taken">Completed when it is dealt with.</param>
    /// <returns>What was dealt with last.</returns>
    private Received TakeRead(Router router, out ValueTask taken)
    {
        using var round = WriteRound.Join();
        taken = default;
        Received received = default;
        while (taken.IsCompletedSuccessfully && !received.IsLast && socket.TryReceive(out received))
        {
            _wasHeard = true;
            if (!socket.IsMidMessage)
                _hasFinishedMessage = true;
            taken = TakeAsync(router, received);
        }

        return received;
    }

    /// <summary>Deals with one thing that the socket received.</summary>
    private ValueTask TakeAsync(Router router, in Received received)
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
