using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Server.Tokens;

namespace Heliograph.Server.Connect;

/// <summary>Finds what a request is about and checks the token it shows, against the keys of that very device or product.</summary>
internal sealed class PeerAuthenticator(RegistryLookup registry, TokenValidator tokens)
{
    /// <summary>The device that a request names, where the database need not be asked; null where it must, or where there is none.</summary>
    public (DeviceAddress Address, RegistryEntry Product, RegistryEntry Device)? FindKept(ConnectRequest request) =>
        ProductId.TryParse(request.ProductId, out var product) && DeviceId.TryParse(request.DeviceId, out var device)
        && registry.TryFindKept(product, out var productEntry) && registry.TryFindKept(new DeviceAddress(product, device), out var deviceEntry)
            ? (new(product, device), productEntry, deviceEntry)
            : null;

    /// <summary>Whether the database has to be asked about a request.</summary>
    public bool NeedsDatabase(ConnectRequest request) =>
        request.DeviceId is not null && ProductId.TryParse(request.ProductId, out _) && FindKept(request) is null;

    /// <summary>The device that a request names.</summary>
    /// <exception cref="ApiException">400 or 404, see the protocol.</exception>
    public async ValueTask<(DeviceAddress Address, RegistryEntry Product, RegistryEntry Device)> FindAsync(
        ConnectRequest request, CancellationToken cancellationToken)
    {
        if (!ProductId.TryParse(request.ProductId, out var productId)
            || await registry.FindProductAsync(productId, cancellationToken) is not { } product)
            throw ApiException.NoSuchProduct(request.ProductId);
        if (!DeviceId.TryParse(request.DeviceId, out var deviceId)
            || await registry.FindDeviceAsync(new(productId, deviceId), cancellationToken) is not { } device)
            throw ApiException.NoSuchDevice(request.ProductId, request.DeviceId);
        return (new(productId, deviceId), product, device);
    }

    /// <summary>Checks the token that a device connects with.</summary>
    /// <param name="bearer">The token's text.</param>
    /// <param name="address">The device that the request names.</param>
    /// <param name="device">What the registry has of it.</param>
    /// <exception cref="ApiException">401: it is not genuine. 403: it is about something else, or lacks the scope.</exception>
    public AccessToken AuthenticateDevice(string bearer, DeviceAddress address, RegistryEntry device) =>
        Require(Authenticate(bearer, address, product: null, device), TokenScopes.DeviceConnect);

    /// <summary>Checks the token that a client connects with.</summary>
    /// <param name="bearer">The token's text.</param>
    /// <param name="address">The device that the request names.</param>
    /// <param name="product">What the registry has of its product.</param>
    /// <exception cref="ApiException">401: it is not genuine. 403: it is about something else, or lacks the scope.</exception>
    public AccessToken AuthenticateClient(string bearer, DeviceAddress address, RegistryEntry product) =>
        Require(Authenticate(bearer, address, product, device: null), TokenScopes.ClientConnect);

    /// <summary>Checks a token of either side, for this device; its scope is left to the caller.</summary>
    /// <param name="bearer">The token's text.</param>
    /// <param name="address">The device that the request names.</param>
    /// <param name="product">Where a product's keys are looked for; null where none may sign.</param>
    /// <param name="device">Where a device's keys are looked for; null where none may sign.</param>
    /// <exception cref="ApiException">401: it is not genuine. 403: it is about something else.</exception>
    public AccessToken Authenticate(
        string bearer, DeviceAddress address, RegistryEntry? product, RegistryEntry? device)
    {
        var (token, keyId) = tokens.Read(bearer);
        var owner = keyId.Owner == KeyOwner.Device ? device : product;
        if (owner?.FindKey(keyId) is not { } key)
            throw ApiException.Unauthorized("The token's kid names no key that may sign this.");

        var accessToken = tokens.Validate(token, key);
        if (!accessToken.Covers(address))
            throw ApiException.AccessDenied("The token's resource is not the device that the request names.");
        return accessToken;
    }

    private static AccessToken Require(AccessToken token, string scope) =>
        token.HasScope(scope) ? token : throw ApiException.AccessDenied($"The token's scope lacks {scope}.");

    /// <summary>The bearer token of an Authorization header (RFC 6750), whatever the case of its scheme; null where there is none.</summary>
    /// <exception cref="ApiException">401: the header is something else.</exception>
    public static string? Bearer(string? authorization) =>
        TryBearer(authorization, out var token) ? token : throw ApiException.Unauthorized("The Authorization header must be 'Bearer' and a token.");

    /// <summary>As <see cref="Bearer"/>, for whom a header that is something else is no reason to refuse.</summary>
    /// <returns>Whether the header is a bearer token, or not there.</returns>
    public static bool TryBearer(string? authorization, out string? token)
    {
        const string scheme = "Bearer ";
        token = null;
        if (string.IsNullOrWhiteSpace(authorization))
            return true;
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        token = authorization[scheme.Length..].Trim();
        return true;
    }
}
