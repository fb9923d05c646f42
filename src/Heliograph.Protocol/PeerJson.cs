using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Heliograph.Protocol;

/// <summary>How peers read and write the JSON of the layers between them. What another peer sends may be anything.</summary>
internal static class PeerJson
{
    /// <summary>How deep JSON may nest: beyond all reason, and still no danger to whoever walks through it.</summary>
    public const int MaxDepth = 1000;

    /// <summary>JavaScript's largest safe integer.</summary>
    private const long MaxCount = (1L << 53) - 1;

    /// <summary>As JavaScript writes it: nothing of this is ever put into HTML.</summary>
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

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

    /// <summary>The UTF-8 JSON of an element, compact.</summary>
    /// <exception cref="ArgumentException">It is undefined, nests too deeply, or holds half a surrogate pair.</exception>
    public static byte[] Write(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
            throw new ArgumentException("The JSON is undefined.", nameof(element));
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        try
        {
            element.WriteTo(writer);
        }
        catch (InvalidOperationException error)
        {
            throw new ArgumentException($"The JSON nests deeper than {MaxDepth}, or holds half a surrogate pair.", nameof(element), error);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a field whose JSON is there already.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }

    /// <summary>
    /// A field of an object; false where this is no object, or has no such field. Of a field that is there twice the last one counts.
    /// </summary>
    public static bool TryGet(this JsonElement element, string name, out JsonElement value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.Object)
            return false;
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Another field's name holds half a surrogate pair, which can't be compared.
            var found = element.EnumerateObject().LastOrDefault(property => IsNamed(property, name));
            value = found.Value;
            return value.ValueKind != JsonValueKind.Undefined;
        }
    }

    /// <summary>A field of an object that is a string; null where this is no object, or the field is missing or something else.</summary>
    public static string? Text(this JsonElement element, string name) => element.TryGet(name, out var value) ? value.Text() : null;

    /// <summary>A string; null for anything else, and for a text that holds half a surrogate pair.</summary>
    public static string? Text(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// A field of an object that is a whole number from 0, however it is written; null where this is no object, or the field is missing
    /// or something else, or beyond what JavaScript can count.
    /// </summary>
    public static long? Count(this JsonElement element, string name) =>
        element.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number) && number is >= 0 and <= MaxCount && Math.Floor(number) == number
            ? (long)number
            : null;

    private static bool IsNamed(JsonProperty property, string name)
    {
        try
        {
            return property.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
