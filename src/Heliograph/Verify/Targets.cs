using System.Globalization;
using System.Security.Cryptography;
using Heliograph.Conformance.Targets;
using Heliograph.Management;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Verify;

/// <summary>What the suite works with: devices that a file names, or products that are made for the run and removed after it.</summary>
internal sealed class Targets : IDeviceKeys, IAsyncDisposable
{
    private const string Name = "heliograph verify";

    /// <summary>As many as checks run at a time need, and some that rest: a device that changes hands at once is slowed down by its service.</summary>
    private const int Devices = 48;

    private const int ForeignDevices = 4;

    /// <summary>How long making and removing may take, each. Ctrl+C ends neither: what is begun is known and removed.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManagementClient? _management;
    private readonly List<ProductId> _products = [];

    private Targets(ManagementClient? management, TargetSet? set)
    {
        _management = management;
        Set = set ?? new([]);
    }

    public TargetSet Set { get; private set; }

    /// <summary>Devices that were there before, and stay.</summary>
    public static Targets Given(TargetSet set) => new(null, set);

    /// <summary>Two products with devices.</summary>
    /// <exception cref="CommandException">The service refuses.</exception>
    public static async Task<Targets> MakeAsync(Target target, string region, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var targets = new Targets(new(target), null);
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            targets.Set = new(
                [.. await targets.MakeAsync(region, Devices, limit.Token), .. await targets.MakeAsync(region, ForeignDevices, limit.Token)], targets);
            return targets;
        }
        catch
        {
            await targets.DisposeAsync();
            throw;
        }
    }

    public async Task AddAsync(DeviceAddress device, string publicKeyPem, CancellationToken cancellationToken)
    {
        try
        {
            await _management!.AddDeviceKeyAsync(device, publicKeyPem, cancellationToken);
        }
        catch (CommandException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public async Task RemoveAsync(DeviceAddress device, KeyId key, CancellationToken cancellationToken)
    {
        try
        {
            await _management!.RemoveDeviceKeyAsync(device, key, cancellationToken);
        }
        catch (CommandException error) when (error.ExitCode == ExitCodes.NotFound)
        {
            // It is gone already.
        }
        catch (CommandException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    /// <summary>Removes what was made, and tells of what could not be removed.</summary>
    public async Task RemoveAsync(Action<string> note)
    {
        using var limit = new CancellationTokenSource(Limit);
        foreach (var product in _products.ToList())
        {
            try
            {
                await _management!.DeleteProductAsync(product, limit.Token);
            }
            catch (Exception error) when (error is CommandException or OperationCanceledException)
            {
                note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The product {product}, made for this run, could not be removed: 'heliograph product delete {product}' does it."));
            }

            _products.Remove(product);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(Console.Error.WriteLine);
        _management?.Dispose();
        foreach (var key in Set.Devices.SelectMany(x => x.Keys.Concat(x.Product.Keys)))
            key.Dispose();
    }

    private async Task<IEnumerable<TargetDevice>> MakeAsync(string region, int count, CancellationToken cancellationToken)
    {
        var made = await _management!.CreateProductAsync(
            new() { Name = Name, Region = region, Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["made-by"] = Name } }, cancellationToken);
        var product = new TargetProduct(ProductId.Parse(made.ProductId), [ECDsa.Create(ECCurve.NamedCurves.nistP256)]);
        _products.Add(product.Id);
        await _management.AddProductKeyAsync(product.Id, product.Keys[0].ExportSubjectPublicKeyInfoPem(), cancellationToken);
        var batch = await _management.CreateBatchAsync(product.Id, new() { Count = count }, cancellationToken);
        var devices = batch.Devices.Select(x => new TargetDevice(product, DeviceId.Parse(x.DeviceId), [ECDsa.Create(ECCurve.NamedCurves.nistP256)])).ToList();
        await _management.AddDeviceKeysAsync(
            product.Id, [.. devices.Select(x => new DeviceKey { DeviceId = x.Id.Value, PublicKey = x.Keys[0].ExportSubjectPublicKeyInfoPem() })], cancellationToken);
        return devices;
    }
}
