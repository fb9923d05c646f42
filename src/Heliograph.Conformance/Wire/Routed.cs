using System.Text.Json;

namespace Heliograph.Conformance.Wire;

/// <summary>A text that the service sent on a signaling connection.</summary>
internal sealed record Routed
{
    private readonly JsonElement _json;

    public Routed(string text)
    {
        RawText = text;
        try
        {
            using var document = JsonDocument.Parse(text);
            _json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Not JSON: it has no type and no fields.
        }
    }

    public string RawText { get; }

    public string? Type => Text("type");

    public string? ChannelId => Text("channelId");

    /// <summary>The names of the fields, as often as they are there.</summary>
    public IReadOnlyList<string> Fields => _json.ValueKind == JsonValueKind.Object ? [.. _json.EnumerateObject().Select(x => x.Name)] : [];

    public bool IsObject => _json.ValueKind == JsonValueKind.Object;

    /// <summary>A field; null where it is not there.</summary>
    public JsonElement? Field(string name) => IsObject && _json.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A field of the error; null where it is not there or no text.</summary>
    public string? Error(string name) =>
        Field("error") is { ValueKind: JsonValueKind.Object } error && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The bytes of the message, as they came; null where there is none.</summary>
    public string? Message => Field("message")?.GetRawText();

    public bool? Authorized => Field("authorized") switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    /// <summary>Whether any field of the envelope, or of its error, is null.</summary>
    public bool HasNull => IsObject && (HasNullIn(_json) || (Field("error") is { ValueKind: JsonValueKind.Object } error && HasNullIn(error)));

    /// <summary>What a report says of it: no message, since that may be anything.</summary>
    public override string ToString()
    {
        if (Type is null)
            return IsObject ? "a frame without a type" : "a frame that is no JSON object";
        var authorized = Authorized is { } value ? $", authorized {(value ? "true" : "false")}" : "";
        return Error("code") is { } code ? $"{Type} {Redaction.Of(code)}{authorized}" : $"{Type}{authorized}";
    }

    private string? Text(string name) => Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool HasNullIn(JsonElement json) => json.EnumerateObject().Any(x => x.Value.ValueKind == JsonValueKind.Null);
}
