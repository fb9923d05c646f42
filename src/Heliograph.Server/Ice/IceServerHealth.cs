using System.Text.Json.Serialization;

namespace Heliograph.Server.Ice;

/// <summary>How a STUN or TURN server was when it was asked last.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="Status"><c>ok</c>, <c>warning</c>, <c>failed</c>, or <c>unchecked</c> right after the start.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="CheckedAt">When it was asked, in UTC.</param>
internal sealed record IceServerHealth(
    string Url,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Seen = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remedy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? CheckedAt = null);
