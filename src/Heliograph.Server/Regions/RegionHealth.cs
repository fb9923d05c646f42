using System.Text.Json.Serialization;

namespace Heliograph.Server.Regions;

/// <summary>Whether another region was reached when it was asked last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status"><c>ok</c>, <c>unreachable</c>, or <c>unchecked</c> right after the start.</param>
/// <param name="Seen">What it does instead of answering.</param>
/// <param name="CheckedAt">When it was asked, in UTC.</param>
internal sealed record RegionHealth(
    string Name,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Seen = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? CheckedAt = null);
