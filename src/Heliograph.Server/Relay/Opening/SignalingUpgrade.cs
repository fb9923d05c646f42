using System.Buffers;
using System.Net;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// Opens signaling sockets beside HTTP, on the connection itself, where the request is plain and its socket is to be opened. Everything else is
/// left to HTTP, which opens, answers or refuses it.
/// </summary>
internal sealed class SignalingUpgrade(
    TicketProtector tickets, TicketCheck check, MovedProducts moved, Drain drain, ForwardedAddress forwarded, OpenSockets open) : IShortcut
{
    public bool MayBe(ReadOnlySpan<byte> first) => UpgradeRequest.MayBe(first);

    public IShortcutRequest? Recognize(in RequestHead head, in ReadOnlySequence<byte> rest, SocketConnection connection)
    {
        if (!UpgradeRequest.TryRead(head, out var request) || drain.IsClosed)
            return null;

        var ticket = tickets.Unprotect(request.Ticket);
        if (check.RefusalOf(ticket, request.Product, request.Device) is not null || moved.HomeOf(ticket!.Device.Product) is not null)
            return null;
        if (!forwarded.TryFind(((IPEndPoint)connection.RemoteEndPoint!).Address, request.ForwardedFor, out var address))
            return null;
        return new Request(open, new(ticket, WebSocketHandshake.AnswerTo(request.Key), address, rest.ToArray()), connection);
    }

    private sealed class Request(OpenSockets open, SocketOpening opening, SocketConnection connection) : IShortcutRequest
    {
        /// <summary>All that has come is the socket's.</summary>
        public long BodyLength => opening.Rest.Length;

        public ValueTask<bool> AnswerAsync()
        {
            connection.GoInline(opening.Loop);
            open.Run(connection.Detach(), connection.Stream, opening);
            return new(false);
        }
    }
}
