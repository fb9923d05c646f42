using System.CommandLine;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary><c>heliograph device list</c>: written as the devices come, so that any number of them takes no more memory than a few.</summary>
internal static class DeviceListCommand
{
    private const int PageSize = 1000;

    public static Command Create()
    {
        var product = ProductArgument.Create();
        var tags = TagOption.Create("Only devices with this tag. Given several times: with all of them.");
        var connected = new Option<bool>("--connected") { Description = "Only devices that are online now." };
        var limit = CountOption.Create("--limit", "At most so many.");
        return new Command("list", "List a product's devices, in the order of their IDs. With --json an array, a device a line.")
        {
            product, tags, connected, limit,
        }.Manages(async (result, client, output, cancellationToken) =>
        {
            var (wanted, online, most) = (result.GetValue(tags), result.GetValue(connected), result.GetValue(limit));
            var pageSize = wanted is null && !online ? Math.Min(most ?? PageSize, PageSize) : PageSize;
            var devices = client.ListDevicesAsync(result.GetValue(product), pageSize, cancellationToken)
                .Where(device => (!online || device.Connected) && HasAll(device, wanted))
                .Take(most ?? int.MaxValue);
            if (output.IsJson)
                await output.JsonArrayAsync(devices, ProtocolJson.Wire.Device);
            else
                await output.TableAsync(DeviceText.Headings, devices.Select(DeviceText.Row));
        });
    }

    private static bool HasAll(Device device, IReadOnlyDictionary<string, string>? tags) =>
        tags is null || tags.All(tag => device.Tags.TryGetValue(tag.Key, out var value) && value == tag.Value);
}
