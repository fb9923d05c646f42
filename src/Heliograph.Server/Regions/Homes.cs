using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Regions;

/// <summary>Sends calls to where their product lives.</summary>
internal sealed class Homes(RegionDirectory regions, RegistryLookup registry, RegionForwarder forwarder, ILogger<Homes> logger)
{
    /// <summary>A management call that has waited for so long until it can ask the registry is sent away. A connect call that was let in is not.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Has the product's home answer the call, if that is another region.</summary>
    /// <param name="http">The call.</param>
    /// <param name="productId">The product that it names.</param>
    /// <param name="body">The body, where it has been read already.</param>
    /// <returns>False where the call is this node's to answer: the product lives here, or there is none.</returns>
    /// <exception cref="ApiException">503: the home can't be reached.</exception>
    public async ValueTask<bool> TryForwardAsync(HttpContext http, string? productId, ReadOnlyMemory<byte>? body = null)
    {
        if (await FindElsewhereAsync(http, productId, Timeout.InfiniteTimeSpan) is not { } home)
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
        if (await FindElsewhereAsync(http, productId, LongestWait) is not { } home || regions.Find(home) is not { } region)
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

    /// <summary>Whether a product lives in this region, and the database need not be asked to know that.</summary>
    public bool IsKnownToBeHere(string? productId) =>
        ProductId.TryParse(productId, out var id) && registry.TryFindKept(id, out var product) && (product.Region is not { } home || home == regions.Own);

    private async ValueTask<string?> FindElsewhereAsync(HttpContext http, string? productId, TimeSpan longestWait)
    {
        if (!regions.IsConfigured || !ProductId.TryParse(productId, out var id))
            return null;
        var home = (await registry.FindProductAsync(id, longestWait, http.RequestAborted))?.Region;
        if (home is null || home == regions.Own)
            return null;

        // Another region takes this one for the home: one of the two has not heard of a move yet.
        if (ForwardedCall.Of(http) is not null)
        {
            registry.Forget(new(id, Device: null));
            home = (await registry.FindProductAsync(id, longestWait, http.RequestAborted))?.Region;
        }

        return home == regions.Own ? null : home;
    }
}
