using System.Security.Cryptography;
using Heliograph.Management;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Doctor;

/// <summary>A product with a device and keys, made over the management API for the time of an examination.</summary>
internal static class TemporaryIdentity
{
    private const string Name = "heliograph doctor";

    /// <summary>Makes one; what is made is removed again, whatever comes between.</summary>
    /// <param name="target">The service.</param>
    /// <param name="limit">How long making and removing may take, each. Neither is cancelled by Ctrl+C: what is begun is known and removed.</param>
    /// <param name="note">Is told of what could not be removed.</param>
    /// <exception cref="CommandException">The service refuses.</exception>
    public static async Task<Identity> MakeAsync(Target target, TimeSpan limit, Action<string> note)
    {
        using var time = new CancellationTokenSource(limit);
        using var management = new ManagementClient(target);
        var product = await management.CreateProductAsync(
            new() { Name = Name, Region = await management.GetRegionAsync(time.Token), Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["made-by"] = Name } }, time.Token);
        var id = ProductId.Parse(product.ProductId);
        ECDsa deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), productKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var device = await management.CreateDeviceAsync(id, new Change { Name = Name }, time.Token);
            var address = new DeviceAddress(id, DeviceId.Parse(device.DeviceId));
            await management.AddDeviceKeyAsync(address, deviceKey.ExportSubjectPublicKeyInfoPem(), time.Token);
            await management.AddProductKeyAsync(id, productKey.ExportSubjectPublicKeyInfoPem(), time.Token);
            return new(address, deviceKey, productKey, () => RemoveAsync(target, id, limit, note));
        }
        catch
        {
            deviceKey.Dispose();
            productKey.Dispose();
            await RemoveAsync(target, id, limit, note);
            throw;
        }
    }

    private static async Task RemoveAsync(Target target, ProductId product, TimeSpan limit, Action<string> note)
    {
        using var time = new CancellationTokenSource(limit);
        using var management = new ManagementClient(target);
        try
        {
            await management.DeleteProductAsync(product, time.Token);
        }
        catch (Exception error) when (error is CommandException or OperationCanceledException)
        {
            note($"The product {product}, made for this examination, could not be removed: 'heliograph product delete {product}' does it.");
        }
    }
}
