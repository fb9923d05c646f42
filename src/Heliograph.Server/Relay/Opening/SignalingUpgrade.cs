using System.Buffers;
using System.Net;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// Opens signaling sockets beside HTTP: looks at the first request of each connection, behind TLS, and where it asks for a socket that is to be
/// opened, opens it on the connection itself. Everything else passes on to HTTP, untouched, which opens, answers or refuses it.
/// </summary>
internal sealed class SignalingUpgrade(
    TicketProtector tickets, TicketCheck check, MovedProducts moved, Drain drain, ForwardedAddress forwarded, PeerRun run, OpenSockets open)
{
    /// <summary>A head that is longer is for HTTP.</summary>
    private const int MaxHead = 8 * 1024;

    /// <summary>A connection on which nothing comes for so long is for HTTP, which ends it.</summary>
    private static readonly TimeSpan FirstBytesTime = TimeSpan.FromSeconds(5);

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Deals with a connection until it ends, or is no longer the web server's.</summary>
    /// <param name="connection">The connection, which has just opened.</param>
    /// <param name="next">HTTP.</param>
    public async Task OnConnectionAsync(SocketConnection connection, ConnectionDelegate next)
    {
        if (await ReadAsync(connection) is not { } opening)
        {
            await next(connection);
            return;
        }

        connection.GoInline(opening.Loop);
        if (connection.Features.Get<ISslStreamFeature>() is { } tls)
            await run.RunAsync(opening, tls.SslStream, connection, connection.ConnectionClosed);
        else
            open.Run(connection.Detach(), opening);
    }

    /// <summary>Reads the first request.</summary>
    /// <returns>The socket to be opened, with all taken that has come; null where the connection is for HTTP, with nothing taken.</returns>
    private async Task<SocketOpening?> ReadAsync(SocketConnection connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        enough.CancelAfter(FirstBytesTime);
        try
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(enough.Token);
            var opening = UpgradeRequest.MayBe(read.Buffer.FirstSpan) ? Recognize(read.Buffer, connection) : null;
            // Where it is none: nothing taken and nothing seen, so that the next to read gets it at once.
            input.AdvanceTo(opening is null ? read.Buffer.Start : read.Buffer.End);
            return opening;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // HTTP finds the same, and has its own patience.
            return null;
        }
    }

    private SocketOpening? Recognize(in ReadOnlySequence<byte> bytes, ConnectionContext connection)
    {
        Span<byte> copy = stackalloc byte[bytes.IsSingleSegment ? 0 : (int)Math.Min(bytes.Length, MaxHead)];
        bytes.Slice(0, copy.Length).CopyTo(copy);
        var head = bytes.IsSingleSegment ? bytes.FirstSpan : copy;
        var end = head.IndexOf(HeadEnd);
        if (end < 0 || !UpgradeRequest.TryRead(head[..end], out var request) || drain.IsClosed)
            return null;

        var ticket = tickets.Unprotect(request.Ticket);
        if (check.RefusalOf(ticket, request.Product, request.Device) is not null || moved.HomeOf(ticket!.Device.Product) is not null)
            return null;
        if (!forwarded.TryFind(((IPEndPoint)connection.RemoteEndPoint!).Address, request.ForwardedFor, out var address))
            return null;
        return new(ticket, WebSocketHandshake.AnswerTo(request.Key), address, bytes.Slice(end + HeadEnd.Length).ToArray());
    }
}
