using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>Devices as people read them, and as other commands take them.</summary>
internal static class DeviceText
{
    public static IReadOnlyList<string> Headings { get; } = ["DEVICE", "ONLINE", "LAST CONNECT (UTC)", "KEYS", "BATCH", "NAME", "TAGS"];

    /// <summary>The device as it is named on the command line.</summary>
    public static string NameOf(Device device) => $"{device.ProductId}/{device.DeviceId}";

    public static IReadOnlyList<string> Row(Device device) =>
    [
        NameOf(device),
        device.Connected ? "yes" : "no",
        device.LastConnect is null ? "never" : Wording.Time(device.LastConnect),
        Wording.Number(device.PublicKeys.Count),
        device.BatchId?.ToString() ?? "",
        device.Name ?? "",
        Wording.Tags(device.Tags),
    ];

    public static IEnumerable<(string, string)> Facts(Device device) =>
    [
        ("Device", NameOf(device)),
        ("Name", device.Name ?? ""),
        ("Tags", Wording.Tags(device.Tags)),
        ("Online", device.Connected ? "yes" : "no"),
        ("Last connect", device.LastConnect is null ? "never" : $"{Wording.Time(device.LastConnect)} UTC"),
        ("Created", $"{Wording.Time(device.Created)} UTC"),
        ("Batch", device.BatchId?.ToString() ?? ""),
        .. device.PublicKeys.Select((key, i) => (i == 0 ? "Keys" : "", key.Id)),
    ];
}
