using System.Collections.Frozen;

namespace Heliograph.Server.Registry;

/// <summary>The words of the audit log: everything that it can say somebody did.</summary>
internal static class AuditAction
{
    public const string ProductCreate = "product.create";
    public const string ProductModify = "product.modify";
    public const string ProductMove = "product.move";
    public const string ProductDelete = "product.delete";
    public const string ProductKeyAdd = "product.key.add";
    public const string ProductKeyRemove = "product.key.remove";
    public const string DeviceCreate = "device.create";
    public const string DeviceModify = "device.modify";
    public const string DeviceDelete = "device.delete";
    public const string DeviceKeyAdd = "device.key.add";
    public const string DeviceKeyRemove = "device.key.remove";
    public const string ApiKeyCreate = "apikey.create";
    public const string ApiKeyRevoke = "apikey.revoke";
    public const string InspectionContentStart = "inspection.content.start";
    public const string InspectionContentStop = "inspection.content.stop";
    public const string SessionStart = "session.start";
    public const string SessionEnd = "session.end";

    /// <summary>All of them, with what they mean.</summary>
    public static readonly FrozenDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ProductCreate] = "created a product",
        [ProductModify] = "changed a product's name or tags",
        [ProductMove] = "moved a product to another region",
        [ProductDelete] = "deleted a product, with its devices and keys",
        [ProductKeyAdd] = "added a public key to a product",
        [ProductKeyRemove] = "removed a public key from a product",
        [DeviceCreate] = "created a device, or a batch of them",
        [DeviceModify] = "changed a device's name or tags",
        [DeviceDelete] = "deleted a device",
        [DeviceKeyAdd] = "added a public key to a device, or keys to many",
        [DeviceKeyRemove] = "removed a public key from a device",
        [ApiKeyCreate] = "created an API key",
        [ApiKeyRevoke] = "revoked an API key",
        [InspectionContentStart] = "switched on that the session inspector shows the content of a device's messages",
        [InspectionContentStop] = "switched that off again",
        [SessionStart] = "signed in to the console",
        [SessionEnd] = "signed out of the console",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a person chooses from, in order: the actions, and before those of one thing their common beginning.</summary>
    public static readonly IReadOnlyList<string> Choices = [.. All.Keys.Concat(All.Keys.Select(x => x.Split('.')[0])).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether a word names an action, or the beginning of some: <c>product</c>, <c>product.key</c>.</summary>
    public static bool IsKnown(string text) => All.Keys.Any(action => Covers(text, action));

    /// <summary>Whether an action is the one that a word names, or one of those that begin with it.</summary>
    public static bool Covers(string text, string action) =>
        action.StartsWith(text, StringComparison.Ordinal) && (action.Length == text.Length || action[text.Length] == '.');
}
