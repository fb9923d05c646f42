namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    /// <summary>Messages that this peer sent.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Reads until the connection ends, handing each text message to the router. Throws what the router throws, and nothing else.</summary>
    /// <param name="router">Where messages go.</param>
    /// <param name="aborted">Cancelled when the connection is cut.</param>
    public async Task ReceiveAsync(Router router, CancellationToken aborted)
    {
        while (await ReceiveOneAsync(router, aborted))
        {
            // Until it ends.
        }

        End(EndReason.Lost);
        socket.ReleaseBuffer();
        await _outbox.Drained;
    }

    /// <summary>Ends the connection and waits until the peer has ended it too, or it is cut. Called by the reader. Never throws.</summary>
    public async Task EndAsync(EndReason reason, CancellationToken aborted)
    {
        End(reason);
        await _outbox.Drained;
        try
        {
            await socket.DiscardAsync(aborted);
        }
        catch (Exception error) when (IsConnectionGone(error))
        {
            // That is what was waited for.
        }

        socket.ReleaseBuffer();
    }

    /// <summary>Takes one thing from the socket; false where that was the last.</summary>
    private async ValueTask<bool> ReceiveOneAsync(Router router, CancellationToken aborted)
    {
        Received received;
        try
        {
            received = await socket.ReceiveAsync(aborted);
        }
        catch (Exception error) when (IsConnectionGone(error))
        {
            // How it broke is of no use to anyone.
            return false;
        }

        _wasHeard = true;
        if (!socket.IsMidMessage)
            _hasFinishedMessage = true;
        switch (received.Kind)
        {
            // What a connection that is ending still sends is dropped: its sender resends it on the next one.
            case ReceivedKind.Text when !IsEnding:
                MessagesReceived++;
                await router.RouteAsync(this, received.Payload);
                return true;
            case ReceivedKind.Binary when !IsEnding:
                metrics.Ignored(IgnoredCause.Binary);
                return true;
            case ReceivedKind.Ping when !IsEnding:
                SendOwn(OutboundFrame.ControlPong(received.Payload.Span));
                return true;
            case ReceivedKind.Close:
                End(EndReason.PeerClosed, received.CloseCode);
                return false;
            case ReceivedKind.Violation:
                await EndAsync(EndReasons.OfViolation(received.CloseCode!.Value), aborted);
                return false;
            case ReceivedKind.End:
                return false;
            default:
                return true;
        }
    }

    private static bool IsConnectionGone(Exception error) =>
        error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
