using Heliograph.Protocol;
using Heliograph.Protocol.Management;

namespace Heliograph.Management;

internal sealed partial class ManagementClient
{
    /// <summary>How many devices one call creates or gives keys at most.</summary>
    public const int MaxBatch = 10_000;

    /// <summary>A product's devices in the order of their IDs, page by page as they are asked for.</summary>
    public IAsyncEnumerable<Device> ListDevicesAsync(ProductId product, int pageSize, CancellationToken cancellationToken) =>
        ListAsync($"{Path(product)}/devices", $"?limit={pageSize}", ProtocolJson.Default.Device, cancellationToken);

    public Task<Device> CreateDeviceAsync(ProductId product, Change change, CancellationToken cancellationToken) =>
        PostAsync($"{Path(product)}/devices", change.ToContent(), ProtocolJson.Default.Device, cancellationToken);

    /// <summary>Creates devices whose IDs the service makes, at most <see cref="MaxBatch"/>.</summary>
    public Task<DeviceBatch> CreateBatchAsync(ProductId product, CreateBatchRequest body, CancellationToken cancellationToken) =>
        PostAsync($"{Path(product)}/device-batch", Json(body, ProtocolJson.Wire.CreateBatchRequest), ProtocolJson.Default.DeviceBatch, cancellationToken);

    /// <summary>Creates devices with these IDs, at most <see cref="MaxBatch"/>: all of them or none.</summary>
    public Task<CustomDevices> CreateCustomDevicesAsync(ProductId product, CreateCustomDevicesRequest body, CancellationToken cancellationToken) =>
        PostAsync($"{Path(product)}/custom-devices", Json(body, ProtocolJson.Wire.CreateCustomDevicesRequest), ProtocolJson.Default.CustomDevices, cancellationToken);

    /// <summary>Adds keys to devices, at most <see cref="MaxBatch"/>: all of them or none. Those that are there already stay.</summary>
    public async Task AddDeviceKeysAsync(ProductId product, IReadOnlyList<DeviceKey> keys, CancellationToken cancellationToken)
    {
        using var body = Json(keys, ProtocolJson.Wire.IReadOnlyListDeviceKey);
        (await _http.SendAsync(HttpMethod.Post, $"{Path(product)}/device-keys", body, cancellationToken)).Dispose();
    }

    public Task<Device> GetDeviceAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        GetAsync(Path(device), ProtocolJson.Default.Device, cancellationToken);

    public Task<Device> UpdateDeviceAsync(DeviceAddress device, Change change, CancellationToken cancellationToken) =>
        PostAsync(Path(device), change.ToContent(), ProtocolJson.Default.Device, cancellationToken);

    public Task DeleteDeviceAsync(DeviceAddress device, CancellationToken cancellationToken) => DeleteAsync(Path(device), cancellationToken);

    public Task<Device> AddDeviceKeyAsync(DeviceAddress device, string publicKeyPem, CancellationToken cancellationToken) =>
        PostAsync($"{Path(device)}/publickeys", KeyBody(publicKeyPem), ProtocolJson.Default.Device, cancellationToken);

    public Task<Device> RemoveDeviceKeyAsync(DeviceAddress device, KeyId key, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Delete, $"{Path(device)}/publickeys/{key}", body: null, ProtocolJson.Default.Device, cancellationToken);

    public Task<Usage> GetDeviceUsageAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        GetAsync($"{Path(device)}/usage", ProtocolJson.Default.Usage, cancellationToken);

    private static string Path(DeviceAddress device) => $"{Path(device.Product)}/devices/{device.Device}";
}
