using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Management.Import;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>
/// Creates many devices with IDs that are known beforehand, gives them keys, names and tags. Each step can be done again: that is how
/// work that was interrupted is gone on with.
/// </summary>
/// <param name="client">The service.</param>
/// <param name="product">The devices' product.</param>
/// <param name="tags">Tags of every device.</param>
/// <param name="output">Where progress is shown.</param>
internal sealed class Provisioning(ManagementClient client, ProductId product, IReadOnlyDictionary<string, string>? tags, Output output)
{
    /// <summary>Small enough for progress to be seen, large enough not to be held up by the way there.</summary>
    private const int KeysPerCall = 1000;

    private const int ChangesAtOnce = 8;

    /// <summary>Those of the devices that there are already.</summary>
    public async Task<Dictionary<DeviceId, Device>> FindExistingAsync(IReadOnlySet<DeviceId> ids, CancellationToken cancellationToken)
    {
        var existing = new Dictionary<DeviceId, Device>();
        var configured = (await client.GetProductAsync(product, cancellationToken)).ConfiguredDevices;
        await output.ProgressAsync("Reading devices", configured, async done =>
        {
            await foreach (var device in client.ListDevicesAsync(product, ManagementClient.MaxBatch, cancellationToken))
            {
                if (DeviceId.TryParse(device.DeviceId, out var id) && ids.Contains(id))
                    existing[id] = device;
                done(1);
            }
        });
        return existing;
    }

    /// <summary>Creates devices: up to <see cref="ManagementClient.MaxBatch"/> of them in one call, all or none.</summary>
    public async Task<IReadOnlyList<Device>> CreateAsync(IReadOnlyList<NewDevice> devices, CancellationToken cancellationToken)
    {
        var created = new List<Device>(devices.Count);
        await output.ProgressAsync("Creating devices", devices.Count, async done =>
        {
            foreach (var chunk in devices.Chunk(ManagementClient.MaxBatch))
            {
                var body = new CreateCustomDevicesRequest { DeviceIds = [.. chunk.Select(x => x.Id.Value)], Tags = tags };
                created.AddRange((await client.CreateCustomDevicesAsync(product, body, cancellationToken)).Devices);
                done(chunk.Length);
            }
        });
        return created;
    }

    /// <summary>Adds the devices' keys; those that are there already stay.</summary>
    /// <returns>How many keys were sent.</returns>
    public async Task<int> AddKeysAsync(IReadOnlyList<NewDevice> devices, CancellationToken cancellationToken)
    {
        var keys = devices.SelectMany(device => device.PublicKeys.Select(pem => new DeviceKey { DeviceId = device.Id.Value, PublicKey = pem })).ToList();
        await output.ProgressAsync("Adding keys", keys.Count, async done =>
        {
            foreach (var chunk in keys.Chunk(KeysPerCall))
            {
                await client.AddDeviceKeysAsync(product, chunk, cancellationToken);
                done(chunk.Length);
            }
        });
        return keys.Count;
    }

    /// <summary>Sets names and tags where a device has its own: a call for each.</summary>
    /// <returns>How many devices were changed.</returns>
    public async Task<int> SetNamesAndTagsAsync(IReadOnlyList<NewDevice> devices, CancellationToken cancellationToken)
    {
        var changed = devices.Where(x => x.Name is not null || x.Tags is not null).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ChangesAtOnce, CancellationToken = cancellationToken };
        await output.ProgressAsync("Setting names and tags", changed.Count, done => Parallel.ForEachAsync(changed, parallel, async (device, token) =>
        {
            var change = new Change(device.Name, device.Tags is null ? null : ImportCheck.Merge(tags, device.Tags));
            await client.UpdateDeviceAsync(new(product, device.Id), change, token);
            done(1);
        }));
        return changed.Count;
    }
}
