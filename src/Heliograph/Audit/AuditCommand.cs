using System.CommandLine;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Audit;

/// <summary><c>heliograph audit</c>.</summary>
internal static class AuditCommand
{
    private const int PageSize = 1000;
    private const int DefaultLimit = 100;

    public static Command Create()
    {
        var from = Filter("--from", "Only what was then or later, in UTC: 2026-11-22 or 2026-11-22T21:30Z.", "WHEN");
        var to = Filter("--to", "Only what was before. A date alone includes its whole day.", "WHEN");
        var actor = Filter("--actor", "Only what this key or person did, by ID (key:…, user:…, service) or name.", "WHO");
        var action = Filter("--action", "Only this action, such as product.create, or all that begin with it, such as product.", "ACTION");
        var product = Filter("--product", "Only what was done to this product or its devices.", "PRODUCT");
        var device = Filter("--device", "Only what was done to this device.", "DEVICE");
        var limit = CountOption.Create("--limit", $"At most so many ({DefaultLimit}).");
        var all = new Option<bool>("--all") { Description = "However many there are." };
        return new Command("audit", "List who changed what, and when: the newest first. With --json an array, an entry a line.")
        {
            from, to, actor, action, product, device, limit, all,
        }.Manages(async (result, client, output, cancellationToken) =>
        {
            if (result.GetValue(all) && result.GetValue(limit) is not null)
                throw new CommandException("--all and --limit can't be given together", ExitCodes.Usage);
            var most = result.GetValue(all) ? int.MaxValue : result.GetValue(limit) ?? DefaultLimit;
            var query = string.Concat(((Option<string?>[])[from, to, actor, action, product, device])
                .Select(option => (Name: option.Name.TrimStart('-'), Value: result.GetValue(option)))
                .Where(x => x.Value is not null)
                .Select(x => $"&{x.Name}={Uri.EscapeDataString(x.Value!)}"));
            var entries = client.ListAuditLogAsync(query, Math.Min(most, PageSize), cancellationToken).Take(most);
            if (output.IsJson)
                await output.JsonArrayAsync(entries, ProtocolJson.Wire.AuditEntry);
            else
                await output.TableAsync(["TIME (UTC)", "WHO", "VIA", "ADDRESS", "ACTION", "SUBJECT", "DETAIL"], entries.Select(Row));
        });
    }

    private static Option<string?> Filter(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static IReadOnlyList<string> Row(AuditEntry entry) =>
    [
        Wording.Time(entry.Time),
        entry.Actor.Name ?? entry.Actor.Id,
        entry.Actor.Via,
        entry.Actor.Address ?? "",
        entry.Action,
        SubjectOf(entry.Subject),
        entry.Detail ?? "",
    ];

    /// <summary>A product, a device of it, a key of either; or an API key.</summary>
    private static string SubjectOf(AuditSubject subject)
    {
        var owner = subject.DeviceId is null ? subject.ProductId : $"{subject.ProductId}/{subject.DeviceId}";
        return string.Join(' ', ((string?[])[owner, subject.KeyId, subject.ApiKeyId]).OfType<string>());
    }
}
