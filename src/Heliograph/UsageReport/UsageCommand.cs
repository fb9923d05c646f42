using System.CommandLine;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.UsageReport;

/// <summary><c>heliograph usage</c>.</summary>
internal static class UsageCommand
{
    public static Command Create()
    {
        var owner = OwnerArgument.Create("The product, or one device of it.");
        return new Command("usage", "Show what a product or device has used, by calendar month in UTC.") { owner }.Manages(async (result, client, output, cancellationToken) =>
        {
            var of = result.GetValue(owner);
            var usage = of.Address is { } device
                ? await client.GetDeviceUsageAsync(device, cancellationToken)
                : await client.GetProductUsageAsync(of.Product, cancellationToken);
            if (output.IsJson)
                output.Json(usage, ProtocolJson.Default.Usage);
            else
                output.Table(["USAGE", "THIS MONTH", "LAST MONTH"], [Row("Signaling messages", usage.SignalingMessageCount), Row("Relayed bytes", usage.RelayByteCount)]);
        });
    }

    private static IReadOnlyList<string> Row(string what, UsageByMonth count) => [what, Wording.Number(count.ThisMonth), Wording.Number(count.LastMonth)];
}
