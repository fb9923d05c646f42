using System.Text.Json;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>Claims and header fields, as a person reads them.</summary>
internal static class Claim
{
    /// <summary>A text; null where there is none, or it is something else.</summary>
    public static string? Text(JsonElement? holder, string name) =>
        Find(holder, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The value as it is; null where it is missing.</summary>
    public static JsonElement? Find(JsonElement? holder, string name) =>
        holder is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A time of RFC 7519: a number of seconds since 1970. Null where it is none that a service takes.</summary>
    public static DateTimeOffset? Time(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>A value for a person: a time with how long ago it was, anything else as it is.</summary>
    public static string Describe(string name, JsonElement value, DateTimeOffset now)
    {
        var raw = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return name is "exp" or "nbf" or "iat" && Time(value) is { } time ? $"{raw}, {time.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z, {TimeInWords.From(time, now)}" : raw;
    }
}
