using System.Net;
using Heliograph.Server.Connect;
using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay.Opening;

/// <summary>A signaling socket that is to be opened.</summary>
/// <param name="Ticket">Who opens it.</param>
/// <param name="Answer">The answer to its handshake; empty where the stream gives it, with the first write. Null where it has been given.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Rest">What came behind the handshake.</param>
internal sealed record SocketOpening(Ticket Ticket, byte[]? Answer, IPAddress? Address, byte[] Rest)
{
    /// <summary>The loop of its device, and so of all its peers: a message is received and sent by one thread.</summary>
    public SocketLoop Loop => SocketLoop.For(Ticket.Device.GetHashCode());
}
