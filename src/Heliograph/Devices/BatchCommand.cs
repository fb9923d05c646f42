using System.CommandLine;
using Heliograph.Keys;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary><c>heliograph device batch</c>.</summary>
internal static class BatchCommand
{
    public static Command Create()
    {
        var product = ProductArgument.Create();
        var count = CountOption.Create("--count", "How many. Each 10,000 of them are a batch of the service's.", isRequired: true);
        var tags = TagOption.Create("A tag of every device. May be given several times.");
        var keys = new Option<string?>("--generate-keys")
        {
            Description = "Make a key for each device and add its public key. The private keys go to DIR/<deviceId>.pem, mode 0600, and nowhere else.",
            HelpName = "DIR",
        };
        var resume = new Option<bool>("--resume") { Description = "Go on with a batch that was interrupted: the keys in DIR tell how far it came." };
        var file = new Option<string?>("--out") { Description = "Write the devices to a new file, not to the terminal: JSON where its name ends in .json, else CSV.", HelpName = "FILE" };
        var command = new Command("batch", "Create many devices and print their names, PRODUCT/DEVICE. With --json an array, a device a line.")
        {
            product, count, tags, keys, resume, file,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) && result.GetResult(keys) is null)
                result.AddError("--resume needs --generate-keys: without keys, nothing tells which devices were made");
        });
        return command.Manages(async (result, client, output, cancellationToken) =>
        {
            var batch = new BatchRequest(result.GetValue(product), result.GetValue(count)!.Value, result.GetValue(tags));
            var folder = result.GetValue(keys) is { } path ? KeyFolder.Open(path, batch.Count, result.GetValue(resume)) : null;
            using var report = BatchReport.Open(result.GetValue(file), overwrite: result.GetValue(resume), output);
            try
            {
                if (folder is null)
                    await CreateAsync(client, batch, report, output, cancellationToken);
                else
                    await CreateWithKeysAsync(client, batch, folder, report, output, cancellationToken);
            }
            finally
            {
                report.End();
            }

            output.Note(
                $"{Wording.Count(report.Count, "device")} in product {batch.Product}"
                + (folder is null ? "." : $", each with a key; the private keys are in {folder.Path}."));
        });
    }

    /// <summary>Creates devices whose IDs the service makes.</summary>
    private static async Task CreateAsync(ManagementClient client, BatchRequest batch, BatchReport report, Output output, CancellationToken cancellationToken) =>
        await output.ProgressAsync("Creating devices", batch.Count, async done =>
        {
            for (var left = batch.Count; left > 0;)
            {
                var made = await client.CreateBatchAsync(
                    batch.Product, new() { Count = Math.Min(left, ManagementClient.MaxBatch), Tags = batch.Tags }, cancellationToken);
                if (made.Devices.Count == 0)
                    throw new CommandException("the service made no devices");
                foreach (var device in made.Devices)
                    await report.AddAsync(device, keyFile: null);
                left -= made.Devices.Count;
                done(made.Devices.Count);
            }
        });

    /// <summary>
    /// Creates devices whose IDs are made here: so a device's key is safely in its file before the service hears of either, and what is
    /// in the folder is all that is needed to go on after an interruption.
    /// </summary>
    private static async Task CreateWithKeysAsync(
        ManagementClient client, BatchRequest batch, KeyFolder folder, BatchReport report, Output output, CancellationToken cancellationToken)
    {
        var provisioning = new Provisioning(client, batch.Product, batch.Tags, output);
        // Read in any case: no key is made for a product that there is not.
        var existing = await provisioning.FindExistingAsync(folder.Ids.ToHashSet(), cancellationToken);
        try
        {
            var devices = folder.Read();
            await output.ProgressAsync("Making keys", batch.Count - devices.Count, done => Task.Run(
                () =>
                {
                    while (devices.Count < batch.Count)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        devices.Add(folder.Generate());
                        done(1);
                    }
                },
                cancellationToken));
            var created = await provisioning.CreateAsync([.. devices.Where(x => !existing.ContainsKey(x.Id))], cancellationToken);
            await provisioning.AddKeysAsync(devices, cancellationToken);

            var all = created.ToDictionary(x => DeviceId.Parse(x.DeviceId));
            foreach (var device in devices)
                await report.AddAsync(WithKeys(all.GetValueOrDefault(device.Id) ?? existing[device.Id], device), folder.FileOf(device.Id));
        }
        catch (Exception error) when (error is CommandException or OperationCanceledException)
        {
            output.Note("Not all was done. The same command with --resume goes on from here.");
            throw;
        }
    }

    /// <summary>The device as it is now that it has its key.</summary>
    private static Device WithKeys(Device device, NewDevice keys) => device with
    {
        PublicKeys =
        [
            .. device.PublicKeys,
            .. keys.PublicKeys.Select(pem => new PublicKey(IdOf(pem), pem)).Where(key => device.PublicKeys.All(x => x.Id != key.Id)),
        ],
    };

    private static string IdOf(string pem) =>
        PublicKeyFile.TryRead(pem, out var key, out _) ? KeyId.Of(KeyOwner.Device, key).Value : throw new InvalidOperationException("The key was made here.");

    private sealed record BatchRequest(ProductId Product, int Count, IReadOnlyDictionary<string, string>? Tags);
}
