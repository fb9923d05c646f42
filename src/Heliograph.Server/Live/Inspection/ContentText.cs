using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heliograph.Protocol;

namespace Heliograph.Server.Live.Inspection;

/// <summary>What a message contains, for a manager who asked for it. What opens something stays hidden even then.</summary>
internal static partial class ContentText
{
    private const int MaxLength = 16 * 1024;
    private const string Hidden = "(hidden)";

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 100 };

    private static readonly string[] Secrets = ["credential", "username", "password", "secret", "token", "jwt", "authorization", "key"];

    /// <summary>The text; null where there is nothing that can be shown.</summary>
    public static string? Of(MessageReading reading)
    {
        try
        {
            var text = reading.Signaling is DescriptionMessage { Description: var description }
                ? $"{description.Type}\n{OfSdp(description.Sdp)}"
                : reading.Content is { } content ? OfJson(content) : null;
            return text is null || text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength)}\n… ({text.Length - MaxLength} characters more)";
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair: it has no text.
            return null;
        }
    }

    private static string OfSdp(string sdp) => HideLines(string.Join('\n', sdp.Split('\n', StringSplitOptions.TrimEntries)));

    /// <summary>Peers may put an SDP where none belongs, or one that can't be read: its secrets are hidden wherever they are.</summary>
    private static string HideLines(string text) => SecretLine().Replace(text, "${begin}" + Hidden);

    private static string OfJson(JsonElement content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            Write(writer, content);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    if (IsSecret(property.Name))
                        writer.WriteStringValue(Hidden);
                    else
                        Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(HideLines(element.GetString()!));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>Lines of an SDP that hold a secret.</summary>
    [GeneratedRegex("(?<begin>a=ice-pwd:|a=crypto:)[^\r\n]*", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SecretLine();

    private static bool IsSecret(string name) => Secrets.Any(secret => name.EndsWith(secret, StringComparison.OrdinalIgnoreCase));
}
