using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Regions;

/// <summary>Sends calls to where their product lives.</summary>
internal sealed class Homes(RegionDirectory regions, RegistryLookup registry, RegionForwarder forwarder, ILogger<Homes> logger)
{
    /// <summary>Has the product's home answer the call, if that is another region.</summary>
    /// <param name="http">The call.</param>
    /// <param name="productId">The product that it names.</param>
    /// <param name="body">The body, where it has been read already.</param>
    /// <returns>False where the call is this node's to answer: the product lives here, or there is none.</returns>
    /// <exception cref="ApiException">503: the home can't be reached.</exception>
    public async ValueTask<bool> TryForwardAsync(HttpContext http, string? productId, ReadOnlyMemory<byte>? body = null)
    {
        if (await FindElsewhereAsync(http, productId) is not { } home)
            return false;
        if (regions.Find(home) is not { } region)
        {
            logger.UnknownHome(productId!, home);
            throw ApiException.Unavailable($"The product lives in region '{home}', which this service does not know; see Regions:Known.", TimeSpan.FromMinutes(1));
        }

        await forwarder.ForwardAsync(http, region, body);
        return true;
    }

    /// <summary>
    /// The same for the management API. There this node answers also for a home that it does not know: the registry is shared, and such a
    /// product could never be moved otherwise.
    /// </summary>
    public async ValueTask<bool> TryForwardManagementAsync(HttpContext http, string? productId, ReadOnlyMemory<byte>? body = null)
    {
        if (await FindElsewhereAsync(http, productId) is not { } home || regions.Find(home) is not { } region)
            return false;
        await forwarder.ForwardAsync(http, region, body);
        return true;
    }

    /// <summary>Has another region make what is to live in it; false where that is this node's own.</summary>
    public async ValueTask<bool> TryForwardToAsync(HttpContext http, string name, ReadOnlyMemory<byte> body)
    {
        if (regions.Find(name) is not { } region)
            return false;
        await forwarder.ForwardAsync(http, region, body);
        return true;
    }

    /// <summary>Whether a product can live in another region.</summary>
    public bool CanBeElsewhere => regions.IsConfigured;

    /// <summary>Whether a call is another region's to answer, as far as is known.</summary>
    public async ValueTask<bool> IsElsewhereAsync(string? productId, CancellationToken cancellationToken) =>
        ProductId.TryParse(productId, out var id)
        && (await registry.FindProductAsync(id, cancellationToken))?.Region is { } home && home != regions.Own;

    private async ValueTask<string?> FindElsewhereAsync(HttpContext http, string? productId)
    {
        if (!regions.IsConfigured || !ProductId.TryParse(productId, out var id))
            return null;
        var home = (await registry.FindProductAsync(id, http.RequestAborted))?.Region;
        if (home is null || home == regions.Own)
            return null;

        // Another region takes this one for the home: one of the two has not heard of a move yet.
        if (ForwardedCall.Of(http) is not null)
        {
            registry.Forget(new(id, Device: null));
            home = (await registry.FindProductAsync(id, http.RequestAborted))?.Region;
        }

        return home == regions.Own ? null : home;
    }
}
