using System.Text;
using System.Text.Json.Nodes;

namespace Heliograph.Conformance.Tests.Proxy;

/// <summary>A request as the suite sent it, which a flaw may look at or change.</summary>
internal sealed record ProxyRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public bool IsChunked { get; init; }

    public bool ExpectsContinue { get; init; }

    /// <summary>The length that a body has which is too large to be read.</summary>
    public long? ClaimedLength { get; init; }

    public string Path => Target.Split('?')[0];

    public string? Header(string name) => Headers.Where(x => string.Equals(x.Name, name, StringComparison.OrdinalIgnoreCase)).Select(x => x.Value).FirstOrDefault();

    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>A text of the body; null where it is not there.</summary>
    public string? Field(string name) => Parse(BodyText)?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The bearer token; null where there is none.</summary>
    public string? Token => Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..] : null;

    /// <summary>The header of the token; empty where it has none.</summary>
    public JsonObject TokenHeader => Part(0);

    /// <summary>The claims of the token; empty where it has none.</summary>
    public JsonObject Claims => Part(1);

    public long? Time(string claim) => Claims[claim] is JsonValue value && value.TryGetValue<long>(out var seconds) ? seconds : null;

    public string? Claim(string claim) => Claims[claim] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public string? TokenField(string name) => TokenHeader[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private JsonObject Part(int index)
    {
        try
        {
            var part = (Token ?? "").Split('.').ElementAtOrDefault(index) ?? "";
            return Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part))) ?? [];
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
