using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Tokens.Inspection;
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
            problems.Add(RegistryProblem.NoSuchProduct(address.Product));
            return null;
        }

        var device = await FindAsync(() => management.GetDeviceAsync(address, cancellationToken));
        if (device is null)
            problems.Add(RegistryProblem.NoSuchDevice(address));
        if (key is not { } id || id.Owner != role)
            return null;

        var keys = role == KeyOwner.Product ? product.PublicKeys : device?.PublicKeys ?? [];
        if (keys.FirstOrDefault(x => IsOf(x, id)) is { } registered)
            return registered.Key;
        if (role == KeyOwner.Product || device is not null)
            problems.Add(await NotRegisteredAsync(id, product, device, keys, cancellationToken));
        return null;
    }

    private async Task<Problem> NotRegisteredAsync(
        KeyId key, Product product, Device? device, IReadOnlyList<PublicKey> registered, CancellationToken cancellationToken)
    {
        var elsewhere = await FindElsewhereAsync(key, product, device, cancellationToken);
        return RegistryProblem.NotRegistered(key, address, registered, elsewhere is null ? null : $"it is registered on {elsewhere}");
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
