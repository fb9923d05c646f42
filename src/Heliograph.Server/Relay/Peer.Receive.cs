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
        Received received = default;
        try
        {
            while (!received.IsLast)
            {
                if (socket.TryReceive(out received))
                {
                    _wasHeard = true;
                    await TakeAsync(router, received);
                    continue;
                }

                if (!socket.IsMidMessage)
                    await socket.WaitAsync(aborted);
                var count = await socket.ReadAsync(aborted);
                if (count == 0)
                    break;
                socket.Advance(count);
            }

            if (received.Kind == ReceivedKind.Violation)
            {
                await _outbox.Drained;
                await socket.DiscardAsync(aborted);
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

    /// <summary>Deals with one thing that the socket received.</summary>
    private ValueTask TakeAsync(Router router, in Received received)
    {
        switch (received.Kind)
        {
            // What a connection that is ending still sends is dropped: its sender resends it on the next one.
            case ReceivedKind.Text when !IsEnding:
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
            case ReceivedKind.Violation:
                End(EndReasons.OfViolation(received.CloseCode!.Value));
                break;
        }

        return default;
    }
}
