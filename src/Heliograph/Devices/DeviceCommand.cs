using System.CommandLine;
using Heliograph.Management;
using Heliograph.Peers;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary><c>heliograph device</c>: what is done to one device; many at once are in <see cref="BatchCommand"/> and <see cref="ImportCommand"/>.</summary>
internal static class DeviceCommand
{
    public static Command Create() => new("device", "List, create, import, show, change, delete and run devices.")
    {
        DeviceListCommand.Create(), CreateCreate(), BatchCommand.Create(), ImportCommand.Create(), CreateShow(), CreateUpdate(), CreateDelete(), DeviceRunCommand.Create(),
    };

    private static Command CreateCreate()
    {
        var product = ProductArgument.Create();
        var name = new Option<string?>("--name") { Description = "A name to know it by.", HelpName = "NAME" };
        var tags = TagOption.Create("A tag. May be given several times.");
        return new Command("create", "Create a device and print its name, PRODUCT/DEVICE.") { product, name, tags }.Manages(async (result, client, output, cancellationToken) =>
        {
            var device = await client.CreateDeviceAsync(
                result.GetValue(product), new(result.GetValue(name), result.GetValue(tags)), cancellationToken);
            if (output.IsJson)
                output.Json(device, ProtocolJson.Default.Device);
            else
                output.Line(DeviceText.NameOf(device));
        });
    }

    private static Command CreateShow()
    {
        var address = DeviceArgument.Create();
        return new Command("show", "Show a device.") { address }.Manages(async (result, client, output, cancellationToken) =>
            Write(await client.GetDeviceAsync(result.GetValue(address), cancellationToken), output));
    }

    private static Command CreateUpdate()
    {
        var address = DeviceArgument.Create();
        var options = new ChangeOptions();
        var command = new Command("update", "Change a device's name and tags.") { address };
        options.AddTo(command);
        return command.Manages(async (result, client, output, cancellationToken) =>
        {
            var device = result.GetValue(address);
            var change = await options.ReadAsync(result, async () => (await client.GetDeviceAsync(device, cancellationToken)).Tags);
            Write(await client.UpdateDeviceAsync(device, change, cancellationToken), output);
        });
    }

    private static Command CreateDelete()
    {
        var address = DeviceArgument.Create();
        var yes = DeleteOption.Create();
        return new Command("delete", "Delete a device with its keys. Its connections are closed.") { address, yes }.Manages(async (result, client, output, cancellationToken) =>
        {
            var device = await client.GetDeviceAsync(result.GetValue(address), cancellationToken);
            await DeleteOption.RequireConsentAsync(
                output,
                result.GetValue(yes),
                $"This deletes the device {DeviceText.NameOf(device)}{(device.Name is null ? "" : $" '{device.Name}'")} with its keys.",
                device.DeviceId,
                cancellationToken);
            await client.DeleteDeviceAsync(result.GetValue(address), cancellationToken);
            output.Note($"Deleted {DeviceText.NameOf(device)}.");
        });
    }

    private static void Write(Device device, Output output)
    {
        if (output.IsJson)
            output.Json(device, ProtocolJson.Default.Device);
        else
            output.Facts(DeviceText.Facts(device));
    }
}
