using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Protocol;
using Heliograph.Server.Registry;

namespace Heliograph.Registry.Postgres;

/// <summary>
/// What nodes tell each other of changes. Fields that a node does not know it leaves aside, and those that it does not find are as they were before they
/// came up, so that nodes of two versions understand each other.
/// </summary>
/// <param name="Node">The node that made the changes.</param>
/// <param name="Changes">The changes.</param>
internal sealed record ChangeNotice(string Node, IReadOnlyList<ChangeNotice.Change> Changes)
{
    /// <summary>PostgreSQL takes less than 8000 bytes; a change takes 300 at most.</summary>
    public const int MaxChanges = 25;

    /// <summary>As many notices as the changes need.</summary>
    public static IEnumerable<ChangeNotice> Of(string node, IEnumerable<RegistryChange> changes) =>
        changes.Select(Change.Of).Chunk(MaxChanges).Select(part => new ChangeNotice(node, part));

    /// <exception cref="JsonException">It is no notice.</exception>
    public static ChangeNotice Read(string payload) =>
        JsonSerializer.Deserialize(payload, NoticeJson.Default.ChangeNotice) is { Node: not null, Changes: not null } notice
            ? notice
            : throw new JsonException("The notice lacks its node or its changes.");

    public string Write() => JsonSerializer.Serialize(this, NoticeJson.Default.ChangeNotice);

    /// <summary>A <see cref="RegistryChange"/> in texts.</summary>
    internal sealed record Change(string Product, string? Device, string? RevokedKey, bool Deleted, string? MovedTo = null)
    {
        public static Change Of(RegistryChange change) => new(change.Product.Value, change.Device?.Value, change.RevokedKey?.Value, change.Deleted, change.MovedTo);

        /// <exception cref="JsonException">It has texts in it that are no IDs.</exception>
        public RegistryChange Read()
        {
            DeviceId? device = null;
            KeyId? key = null;
            if (!ProductId.TryParse(Product, out var product))
                throw new JsonException("The notice has no product ID where one must be.");
            if (Device is not null)
                device = DeviceId.TryParse(Device, out var id) ? id : throw new JsonException("The notice has no device ID where one must be.");
            if (RevokedKey is not null)
                key = KeyId.TryParse(RevokedKey, out var id) ? id : throw new JsonException("The notice has no key ID where one must be.");
            return new(product, device, key, Deleted, MovedTo);
        }
    }
}

/// <summary>How notices are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ChangeNotice))]
internal sealed partial class NoticeJson : JsonSerializerContext;
