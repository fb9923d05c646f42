using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Routing;

namespace Heliograph.Protocol.Tests.Routing;

/// <summary>Random envelopes, right and broken, read here and by the platform's JSON document: both must see the same.</summary>
public sealed class EnvelopeOracleTests
{
    /// <summary>Bytes that change what JSON is.</summary>
    private static readonly byte[] Telling = [.. "{}[]\",:\\u0d8-+.eE \n\0"u8];

    private static readonly Config Many = Checks.Of(5000);

    [Fact]
    public void TryRead_OfRandomEnvelopes_SeesWhatJsonDocumentSees() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var text = Encoding.UTF8.GetBytes(new RandomJson(seed).NewEnvelope());
            EnvelopeText.Read(text).ShouldBe(Expected(text));
        }).Check(Many);

    [Fact]
    public void TryRead_OfRandomValues_SeesWhatJsonDocumentSees() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var text = Encoding.UTF8.GetBytes(new RandomJson(seed).NewValue());
            EnvelopeText.Read(text).ShouldBe(Expected(text));
        }).Check(Many);

    [Fact]
    public void TryRead_OfMutatedEnvelopes_SeesWhatJsonDocumentSees() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var json = new RandomJson(seed);
            var text = Mutate(Encoding.UTF8.GetBytes(json.NewEnvelope()), json.Random);
            var read = EnvelopeText.Read(text);
            // What is not UTF-8 never gets here; it must do no harm, and that is all.
            if (Utf8.IsValid(text))
                read.ShouldBe(Expected(text));
        }).Check(Many);

    [Fact]
    public void TryRead_OfAnyMessage_KeepsItByteForByte() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var message = new RandomJson(seed).NewValue();
            if (message == "null")
                return;
            EnvelopeText.Read($$"""{"x":[],"type":"MESSAGE","message":  {{message}}  ,"channelId":"c"}""").Message.ShouldBe(message);
        }).Check(Many);

    private static EnvelopeText Expected(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = int.MaxValue });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return EnvelopeText.Of(EnvelopeProblem.NotObject);
            return Expected(Fields(document.RootElement));
        }
        catch (JsonException)
        {
            return EnvelopeText.Of(EnvelopeProblem.NotJson);
        }
    }

    private static EnvelopeText Expected(Dictionary<string, JsonElement> fields)
    {
        if (!fields.TryGetValue("type", out var typeField) || typeField.ValueKind != JsonValueKind.String)
            return EnvelopeText.Of(EnvelopeProblem.NoType);
        var type = Name(typeField) switch
        {
            "MESSAGE" => RoutingType.Message,
            "ERROR" => RoutingType.Error,
            "PING" => RoutingType.Ping,
            "PONG" => RoutingType.Pong,
            _ => RoutingType.None,
        };
        if (type == RoutingType.None)
            return EnvelopeText.Of(EnvelopeProblem.UnknownType);

        var message = fields.TryGetValue("message", out var value) && value.ValueKind != JsonValueKind.Null ? value.GetRawText() : "";
        var error = fields.TryGetValue("error", out var errorField) && errorField.ValueKind == JsonValueKind.Object ? Fields(errorField) : [];
        var (code, text) = (Text(error, "code"), Text(error, "message"));
        var channel = Text(fields, "channelId");
        if (type is RoutingType.Ping or RoutingType.Pong)
            return new(EnvelopeProblem.None, type, channel, message, code, text);

        if (type == RoutingType.Error && code == "")
            (code, text) = (Text(fields, "errorCode"), Text(fields, "errorMessage"));
        if (type == RoutingType.Message && message == "" && code != "")
            type = RoutingType.Error;
        var isWhole = channel != "" && (type == RoutingType.Message ? message : code) != "";
        return isWhole ? new(EnvelopeProblem.None, type, channel, message, code, text) : EnvelopeText.Of(EnvelopeProblem.MissingField);
    }

    /// <summary>The fields of an object, the last of each name.</summary>
    private static Dictionary<string, JsonElement> Fields(JsonElement json)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            try
            {
                fields[property.Name] = property.Value;
            }
            catch (InvalidOperationException)
            {
                // An escape that stands for no character: none of the names that are looked for.
            }
        }

        return fields;
    }

    private static string Name(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static string Text(Dictionary<string, JsonElement> fields, string name) =>
        fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetRawText() : "";

    private static byte[] Mutate(byte[] text, Random random)
    {
        var bytes = text.ToList();
        for (var i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(128);
                    break;
                case 2:
                    bytes[at] = Telling[random.Next(Telling.Length)];
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
