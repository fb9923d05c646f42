using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;

namespace Heliograph.Server.Registry;

/// <summary>The texts that the audit log keeps of a change: short, and of names and numbers alone.</summary>
internal static class AuditDetail
{
    private const int MaxName = 80;
    private const int MaxNamed = 3;
    private const int MaxTags = 10;

    /// <summary>What a new thing is called; null where it has no name.</summary>
    public static string? Name(string? name) => name is null ? null : $"name: {Shorten(name)}";

    /// <summary>How a device's name and tags change; null where they don't.</summary>
    public static string? Change(string? name, IReadOnlyDictionary<string, string> tags, NameAndTags change) =>
        Change(name, tags, change.HasName, change.Name, change.Tags);

    /// <summary>How a product's name and tags change; null where they don't.</summary>
    public static string? Change(string? name, IReadOnlyDictionary<string, string> tags, ModifyProductRequest change) =>
        Change(name, tags, change.HasName, change.Name, change.Tags);

    /// <summary>A product that moves to another region.</summary>
    public static string Move(string from, string to) => $"region: {from} → {to}";

    private static string? Change(
        string? name, IReadOnlyDictionary<string, string> tags, bool hasName, string? newName, IReadOnlyDictionary<string, string>? newTags)
    {
        var parts = new List<string>();
        if (hasName && newName != name)
            parts.Add($"name: {Shorten(name ?? "none")} → {Shorten(newName ?? "none")}");
        if (newTags is not null)
        {
            Add("tags added", newTags.Keys.Where(key => !tags.ContainsKey(key)));
            Add("tags changed", newTags.Where(tag => tags.TryGetValue(tag.Key, out var old) && old != tag.Value).Select(tag => tag.Key));
            Add("tags removed", tags.Keys.Where(key => !newTags.ContainsKey(key)));
        }

        return parts.Count == 0 ? null : string.Join("; ", parts);

        void Add(string what, IEnumerable<string> keys)
        {
            var sorted = keys.Order(StringComparer.Ordinal).ToList();
            if (sorted.Count > 0)
                parts.Add($"{what}: {List(sorted, MaxTags)}");
        }
    }

    /// <summary>A new batch of devices.</summary>
    public static string Batch(long batch, IReadOnlyCollection<DeviceId> devices) =>
        $"batch {batch}: {Count(devices.Count, "device")}: {List([.. devices.Take(MaxNamed + 1).Select(x => x.Value)], MaxNamed)}";

    /// <summary>A product that is deleted with its devices.</summary>
    public static string Deleted(string? name, int devices) => (name is null ? "" : $"{Name(name)}; ") + $"with {Count(devices, "device")}";

    /// <summary>Keys for many devices.</summary>
    public static string Keys(int keys, int devices) => $"{Count(keys, "key")} on {Count(devices, "device")}";

    /// <summary>A new API key: what it may do, and for how long.</summary>
    public static string ApiKey(ApiKeyRow key) =>
        (key.Name is null ? "" : $"{Name(key.Name)}; ")
        + $"scopes: {key.Scopes}"
        + (key.ExpiresAt is { } end ? string.Create(CultureInfo.InvariantCulture, $"; until {end:yyyy-MM-dd HH:mm} UTC") : "");

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string List(List<string> items, int most) =>
        string.Join(", ", items.Take(most).Select(Shorten)) + (items.Count > most ? ", …" : "");

    private static string Shorten(string text) => text.Length > MaxName ? string.Concat(text.AsSpan(0, MaxName), "…") : text;
}
