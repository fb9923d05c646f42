namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    /// <summary>Messages that this peer sent.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Reads until the connection ends, handing each text message to the router. Never throws.</summary>
    /// <param name="router">Where messages go.</param>
    /// <param name="aborted">Cancelled when the connection is cut.</param>
    public async Task ReceiveAsync(Router router, CancellationToken aborted)
    {
        try
        {
            while (await ReceiveOneAsync(router, aborted))
            {
                // Until it ends.
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone; how it broke is of no use to anyone.
        }

        End(EndReason.Lost);
        socket.ReleaseBuffer();
        await _outbox.Drained;
    }

    /// <summary>Takes one thing from the socket; false where that was the last.</summary>
    private async ValueTask<bool> ReceiveOneAsync(Router router, CancellationToken aborted)
    {
        var received = await socket.ReceiveAsync(aborted);
        _wasHeard = true;
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
                End(EndReasons.OfViolation(received.CloseCode!.Value));
                await _outbox.Drained;
                await socket.DiscardAsync(aborted);
                return false;
            case ReceivedKind.End:
                return false;
            default:
                return true;
        }
    }
}
