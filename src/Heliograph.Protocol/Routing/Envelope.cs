using System.Text;
using System.Text.Json;

namespace Heliograph.Protocol.Routing;

/// <summary>
/// The envelope of a routing-layer frame as a peer sent it. A view on the frame's bytes: nothing is copied or allocated.
/// Of a field that is there twice the last one counts, as in every common JSON reader; keys are compared unescaped.
/// </summary>
public ref struct Envelope
{
    // A message may nest as deeply as its size allows: the service passes it on and does not judge it.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    private ReadOnlySpan<byte> _flatErrorCode;
    private ReadOnlySpan<byte> _flatErrorMessage;

    /// <summary>What it is.</summary>
    public RoutingType Type { get; private set; }

    /// <summary>The JSON of <c>channelId</c>, a string with its quotes.</summary>
    public ReadOnlySpan<byte> ChannelId { get; private set; }

    /// <summary>The JSON of <c>message</c>, byte for byte as it was sent.</summary>
    public ReadOnlySpan<byte> Message { get; private set; }

    /// <summary>The JSON of <c>error.code</c>, a string with its quotes.</summary>
    public ReadOnlySpan<byte> ErrorCode { get; private set; }

    /// <summary>The JSON of <c>error.message</c>, a string with its quotes; empty where there is none.</summary>
    public ReadOnlySpan<byte> ErrorMessage { get; private set; }

    /// <summary>The channel, where its ID has the form that this service gives out.</summary>
    public readonly bool TryGetChannel(out ChannelId channel)
    {
        var text = ChannelId[1..^1];
        return text.Contains((byte)'\\') ? TryUnescapeChannel(out channel) : Protocol.ChannelId.TryParse(text, out channel);
    }

    /// <summary>Reads a frame.</summary>
    /// <param name="utf8">The frame's whole text.</param>
    /// <param name="envelope">What was read; of use only where the result is <see cref="EnvelopeProblem.None"/>.</param>
    public static EnvelopeProblem TryRead(ReadOnlySpan<byte> utf8, out Envelope envelope)
    {
        envelope = default;
        try
        {
            return envelope.Read(utf8);
        }
        catch (JsonException)
        {
            return EnvelopeProblem.NotJson;
        }
    }

    private EnvelopeProblem Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            return EnvelopeProblem.NotObject;
        }

        var hasType = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(in reader, "message"u8))
                Message = ReadValue(ref reader, utf8);
            else if (Is(in reader, "channelId"u8))
                ChannelId = ReadString(ref reader, utf8);
            else if (Is(in reader, "type"u8))
                hasType = ReadType(ref reader);
            else if (Is(in reader, "error"u8))
                ReadError(ref reader, utf8);
            else if (Is(in reader, "errorCode"u8))
                _flatErrorCode = ReadString(ref reader, utf8);
            else if (Is(in reader, "errorMessage"u8))
                _flatErrorMessage = ReadString(ref reader, utf8);
            else
                ReadValue(ref reader, utf8);
        }

        // Anything but white space behind the object throws here.
        reader.Read();

        if (!hasType)
            return EnvelopeProblem.NoType;
        return Type switch
        {
            RoutingType.None => EnvelopeProblem.UnknownType,
            RoutingType.Ping or RoutingType.Pong => EnvelopeProblem.None,
            _ => CheckRelayed(),
        };
    }

    private EnvelopeProblem CheckRelayed()
    {
        // One SDK writes its errors flat: `errorCode` and `errorMessage` beside `type`.
        if (Type == RoutingType.Error && ErrorCode.IsEmpty)
        {
            ErrorCode = _flatErrorCode;
            ErrorMessage = _flatErrorMessage;
        }

        // One SDK sends its errors as a MESSAGE with `error` in place of `message`.
        if (Type == RoutingType.Message && Message.IsEmpty && !ErrorCode.IsEmpty)
            Type = RoutingType.Error;

        var hasContent = Type == RoutingType.Message ? !Message.IsEmpty : !ErrorCode.IsEmpty;
        return hasContent && !ChannelId.IsEmpty ? EnvelopeProblem.None : EnvelopeProblem.MissingField;
    }

    private bool ReadType(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        Type = RoutingType.None;
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return false;
        }

        if (Is(in reader, "MESSAGE"u8))
            Type = RoutingType.Message;
        else if (Is(in reader, "ERROR"u8))
            Type = RoutingType.Error;
        else if (Is(in reader, "PING"u8))
            Type = RoutingType.Ping;
        else if (Is(in reader, "PONG"u8))
            Type = RoutingType.Pong;
        return true;
    }

    private void ReadError(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        ErrorCode = default;
        ErrorMessage = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(in reader, "code"u8))
                ErrorCode = ReadString(ref reader, utf8);
            else if (Is(in reader, "message"u8))
                ErrorMessage = ReadString(ref reader, utf8);
            else
                ReadValue(ref reader, utf8);
        }
    }

    private readonly bool TryUnescapeChannel(out ChannelId channel)
    {
        // The longest form of a channel ID escapes each of its characters: \u0030.
        const int longest = 6 * Protocol.ChannelId.TextLength;
        channel = default;
        if (ChannelId.Length > longest + 2 || !Ascii.IsValid(ChannelId) || HasSurrogateEscape(ChannelId))
            return false;

        Span<byte> text = stackalloc byte[longest];
        var reader = new Utf8JsonReader(ChannelId);
        reader.Read();
        return Protocol.ChannelId.TryParse(text[..reader.CopyString(text)], out channel);
    }

    /// <summary>
    /// Whether a key or string is this text, which is ASCII. What has the escape of a surrogate is not: the reader would throw at a
    /// lone one, although the grammar allows it.
    /// </summary>
    private static bool Is(scoped ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        !(reader.ValueIsEscaped && HasSurrogateEscape(reader.ValueSpan)) && reader.ValueTextEquals(text);

    private static bool HasSurrogateEscape(ReadOnlySpan<byte> json) => json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0;

    /// <summary>The JSON of the value that follows; empty where it is null, since no field is ever null.</summary>
    private static ReadOnlySpan<byte> ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return default;

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return utf8[start..(int)reader.BytesConsumed];
    }

    /// <summary>The JSON of the string that follows; empty where the value is no string.</summary>
    private static ReadOnlySpan<byte> ReadString(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        var value = ReadValue(ref reader, utf8);
        return reader.TokenType == JsonTokenType.String ? value : default;
    }
}
