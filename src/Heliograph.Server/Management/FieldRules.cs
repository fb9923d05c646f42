using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;

namespace Heliograph.Server.Management;

/// <summary>The rules for fields of the management API. Each problem is told by the field's name and place.</summary>
internal static class FieldRules
{
    public const int MaxBatch = 10_000;

    private const int MaxName = 200;
    private const int MaxTags = 50;
    private const int MaxTagKey = 100;
    private const int MaxTagValue = 500;

    /// <exception cref="ApiException">400.</exception>
    public static void CheckName(string? name)
    {
        if (name is { Length: > MaxName })
            throw Problem("name", $"has {name.Length} characters; {MaxName} are allowed");
        // Not every database keeps it.
        if (name is not null && name.Contains('\0', StringComparison.Ordinal))
            throw Problem("name", "has the character U+0000");
    }

    /// <exception cref="ApiException">400.</exception>
    public static void CheckTags(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is null)
            return;
        if (tags.Count > MaxTags)
            throw Problem("tags", $"has {tags.Count} entries; {MaxTags} are allowed");
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > MaxTagKey)
                throw Problem("tags", $"has a key of {key.Length} characters; 1 to {MaxTagKey} are allowed");
            if (value is null)
                throw Problem($"tags.{key}", "must be a text");
            if (value.Length > MaxTagValue)
                throw Problem($"tags.{key}", $"has {value.Length} characters; {MaxTagValue} are allowed");
        }
    }

    /// <summary>What a region's name is, in words.</summary>
    public const string RegionForm = "1 to 32 lower-case letters, digits and hyphens";

    /// <summary>Whether a text can name a region.</summary>
    public static bool IsRegion(string? region) =>
        region is { Length: >= 1 and <= 32 } && region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <exception cref="ApiException">400: no region is named, or one that there is not.</exception>
    public static string ReadRegion(string? region, RegionDirectory regions)
    {
        if (region is null)
            throw Problem("region", "is missing");
        if (!IsRegion(region))
            throw Problem("region", $"must be {RegionForm}");
        if (!regions.Names.Contains(region))
        {
            throw Problem("region", $"there is no region '{region}'; " + (regions.Names.Count == 1
                ? $"this service is region '{regions.Own}'"
                : $"there are {string.Join(", ", regions.Names.Select(x => $"'{x}'"))}"));
        }

        return region;
    }

    /// <exception cref="ApiException">400.</exception>
    public static byte[] ReadPublicKey(string? pem, string field) =>
        PublicKeyPem.TryRead(pem, out var subjectPublicKeyInfo, out var problem) ? subjectPublicKeyInfo : throw Problem(field, problem);

    /// <exception cref="ApiException">400.</exception>
    public static DeviceId ReadDeviceId(string? text, string field) =>
        DeviceId.TryParse(text, out var id)
            ? id
            : throw Problem(field, text is null ? "is missing" : "must be 'wd-' and 16 letters or digits");

    public static ApiException Problem(string field, string what) => ApiException.BadRequest($"{field}: {what}.");
}
