using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Tokens;

/// <summary>What a service's registry says to a token: whether the product and device exist, and whose the key is.</summary>
internal sealed class RegistryCheck(ManagementClient management, DeviceAddress address, KeyOwner role)
{
    private const int PageSize = 1000;

    /// <summary>Enough for most; a product of millions is not gone through for a hint.</summary>
    private const int MostDevices = 10_000;

    /// <summary>Adds what is wrong.</summary>
    /// <returns>The registered key, PEM; null where it is not registered.</returns>
    public async Task<string?> RunAsync(KeyId? key, List<Problem> problems, CancellationToken cancellationToken)
    {
        var product = await FindAsync(() => management.GetProductAsync(address.Product, cancellationToken));
        if (product is null)
        {
            problems.Add(new($"the product {address.Product} does not exist on this service", "Check the resource, and that this is the service it is for."));
            return null;
        }

        var device = await FindAsync(() => management.GetDeviceAsync(address, cancellationToken));
        if (device is null)
            problems.Add(new($"the device {address.Device} does not exist in the product {address.Product}", "Check the resource, or create the device."));
        if (key is not { } id || id.Owner != role)
            return null;

        var keys = role == KeyOwner.Product ? product.PublicKeys : device?.PublicKeys ?? [];
        if (keys.FirstOrDefault(x => IsOf(x, id)) is { } registered)
            return registered.Key;
        if (role == KeyOwner.Product || device is not null)
            problems.Add(await NotRegisteredAsync(id, product, device, cancellationToken));
        return null;
    }

    private async Task<Problem> NotRegisteredAsync(KeyId key, Product product, Device? device, CancellationToken cancellationToken)
    {
        var whose = role == KeyOwner.Device ? $"the device {address}" : $"the product {address.Product}";
        var elsewhere = await FindElsewhereAsync(key, product, device, cancellationToken);
        return new(
            $"its key {key} is not registered on {whose}{(elsewhere is null ? "" : $"; it is registered on {elsewhere}")}",
            elsewhere is null
                ? $"Register the public key there ('heliograph key add'), or sign with a key that is: {Known(role == KeyOwner.Device ? device?.PublicKeys : product.PublicKeys)}"
                : "Sign with the right key, or register this one where it is needed ('heliograph key add').");
    }

    private async Task<string?> FindElsewhereAsync(KeyId key, Product product, Device? device, CancellationToken cancellationToken)
    {
        if (role == KeyOwner.Device && product.PublicKeys.Any(x => IsSameKey(x, key)))
            return $"the product {product.ProductId} itself, for its clients' tokens";
        if (role == KeyOwner.Product && device is not null && device.PublicKeys.Any(x => IsSameKey(x, key)))
            return $"the device {address}, for its own tokens";
        foreach (var other in await management.ListProductsAsync(cancellationToken))
        {
            if (other.PublicKeys.Any(x => IsSameKey(x, key)))
                return $"the product {other.ProductId}";
        }

        var seen = 0;
        await foreach (var other in management.ListDevicesAsync(address.Product, PageSize, cancellationToken))
        {
            if (other.PublicKeys.Any(x => IsSameKey(x, key)))
                return $"the device {other.ProductId}/{other.DeviceId}";
            if (++seen == MostDevices)
                break;
        }

        return null;
    }

    private static bool IsOf(PublicKey registered, KeyId key) => KeyId.TryParse(registered.Id, out var id) && id == key;

    /// <summary>Whether it is the same key, whoever owns it.</summary>
    private static bool IsSameKey(PublicKey registered, KeyId key) => registered.Id.Split(':')[^1].Equals(key.Value.Split(':')[^1], StringComparison.OrdinalIgnoreCase);

    private static string Known(IReadOnlyList<PublicKey>? keys) => keys is { Count: > 0 } ? string.Join(", ", keys.Select(x => x.Id)) : "it has none";

    private static async Task<T?> FindAsync<T>(Func<Task<T>> find) where T : class
    {
        try
        {
            return await find();
        }
        catch (CommandException error) when (error.ExitCode == ExitCodes.NotFound)
        {
            return null;
        }
    }
}
