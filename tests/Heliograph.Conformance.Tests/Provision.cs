using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Heliograph.Conformance.Targets;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Conformance.Tests;

/// <summary>Makes what the suite works with at a service of the tests.</summary>
internal static class Provision
{
    /// <summary>A product with devices, and another product with some.</summary>
    public static async Task<TargetSet> CreateAsync(ApiClient api, int devices, int foreignDevices = 4) =>
        new([.. await CreateDevicesAsync(api, devices), .. await CreateDevicesAsync(api, foreignDevices)], new Keys(api));

    private static async Task<IEnumerable<TargetDevice>> CreateDevicesAsync(ApiClient api, int count)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var product = new TargetProduct(await api.CreateProductAsync(), [key]);
        var path = $"/v1/webrtc/products/{product.Id}";
        (await api.ManageAsync(HttpMethod.Post, $"{path}/publickeys", KeyBody(key))).Require(HttpStatusCode.OK);
        var batch = (await api.ManageAsync(HttpMethod.Post, $"{path}/device-batch", new JsonObject { ["count"] = count })).Require(HttpStatusCode.OK);
        var devices = batch["devices"]!.AsArray()
            .Select(x => new TargetDevice(product, DeviceId.Parse(x!["deviceId"]!.GetValue<string>()), [ECDsa.Create(ECCurve.NamedCurves.nistP256)])).ToList();
        var keys = new JsonArray([.. devices.Select(x => new JsonObject { ["deviceId"] = x.Id.Value, ["publicKey"] = x.Keys[0].ExportSubjectPublicKeyInfoPem() })]);
        (await api.ManageAsync(HttpMethod.Post, $"{path}/device-keys", keys)).Require(HttpStatusCode.NoContent);
        return devices;
    }

    private static JsonObject KeyBody(ECDsa key) => new() { ["publicKey"] = key.ExportSubjectPublicKeyInfoPem() };

    private sealed class Keys(ApiClient api) : IDeviceKeys
    {
        public async Task AddAsync(DeviceAddress device, string publicKeyPem, CancellationToken cancellationToken) =>
            (await api.ManageAsync(HttpMethod.Post, PathOf(device), new JsonObject { ["publicKey"] = publicKeyPem })).Require(HttpStatusCode.OK);

        public Task RemoveAsync(DeviceAddress device, KeyId key, CancellationToken cancellationToken) =>
            api.ManageAsync(HttpMethod.Delete, $"{PathOf(device)}/{key}");

        private static string PathOf(DeviceAddress device) => $"/v1/webrtc/products/{device.Product}/devices/{device.Device}/publickeys";
    }
}
