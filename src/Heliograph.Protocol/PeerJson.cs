using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Heliograph.Protocol;

/// <summary>How peers read and write the JSON of the layers between them. What another peer sends may be anything.</summary>
internal static class PeerJson
{
    /// <summary>As JavaScript writes it: nothing of this is ever put into HTML.</summary>
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The UTF-8 JSON of an object.</summary>
    /// <param name="state">What <paramref name="write"/> needs and can't capture: a span.</param>
    /// <param name="write">Writes the fields.</param>
    public static byte[] WriteObject<TState>(TState state, Action<Utf8JsonWriter, TState> write) where TState : allows ref struct
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        writer.WriteStartObject();
        write(writer, state);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a field whose JSON is there already.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }

    /// <summary>A field of an object that is a string; null where this is no object, or the field is missing or something else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A field of an object that is a whole number from 0; null where this is no object, or the field is missing or something else.</summary>
    public static long? Count(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
            ? number
            : null;
}
