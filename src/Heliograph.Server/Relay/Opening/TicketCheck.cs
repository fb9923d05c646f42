using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;

namespace Heliograph.Server.Relay.Opening;

/// <summary>Whether a ticket opens a socket: at its own path, while it lasts, and unless it was revoked. No look-up.</summary>
internal sealed class TicketCheck(Revocations revocations, TimeProvider time)
{
    /// <summary>Why the socket is refused; null where it is not.</summary>
    /// <param name="ticket">The URL's ticket; null where it has none of this service.</param>
    /// <param name="product">The product in the URL's path.</param>
    /// <param name="device">The device in the URL's path.</param>
    public ApiException? RefusalOf(Ticket? ticket, string? product, string? device)
    {
        if (ticket is null)
            return ApiException.Unauthorized("The signaling URL's ticket is missing, or was not made by this service.");
        var isItsPath = ProductId.TryParse(product, out var productId)
            && DeviceId.TryParse(device, out var deviceId)
            && ticket.Device == new DeviceAddress(productId, deviceId);
        if (!isItsPath)
            return ApiException.Unauthorized("The signaling URL's ticket is for another device.");
        if (ticket.ExpiresAt <= time.GetUtcNow().UtcDateTime)
            return ApiException.Unauthorized("The signaling URL has expired; connect anew.");
        if (revocations.Covers(ticket))
            return ApiException.Unauthorized("The signaling URL was revoked: its device, product or key has been removed.");
        return null;
    }
}
