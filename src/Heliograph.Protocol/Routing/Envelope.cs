using System.Runtime.CompilerServices;

namespace Heliograph.Protocol.Routing;

/// <summary>
/// The envelope of a routing-layer frame as a peer sent it. A view on the frame's bytes: nothing is copied, and nothing
/// allocated unless it nests deeply. Of a field that is there twice the last one counts, as in every common JSON reader; keys are compared
/// unescaped.
/// </summary>
public ref struct Envelope
{
    private ReadOnlySpan<byte> _flatErrorCode;
    private ReadOnlySpan<byte> _flatErrorMessage;
    private bool _hasType;

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
    public readonly bool TryGetChannel(out ChannelId channel) => Protocol.ChannelId.TryParse(ChannelId[1..^1], out channel) || TryUnescapeChannel(out channel);

    /// <summary>Reads a frame.</summary>
    /// <param name="utf8">The frame's whole text.</param>
    /// <param name="envelope">What was read; of use only where the result is <see cref="EnvelopeProblem.None"/>.</param>
    // The compiler inlines into a method up to a budget. Kept apart, this one has room for all of JsonText.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static EnvelopeProblem TryRead(ReadOnlySpan<byte> utf8, out Envelope envelope)
    {
        envelope = default;
        var json = utf8[JsonText.SkipSpace(utf8, 0)..];
        if (!JsonText.IsAt(json, 0, (byte)'{'))
            return IsEnd(json, JsonText.SkipValue(json, 0)) ? EnvelopeProblem.NotObject : EnvelopeProblem.NotJson;

        var fields = new JsonFields(json);
        while (fields.TryNext())
        {
            if (!envelope.TryTake(fields.Name[1..^1], fields.Value))
                envelope.TakeEscaped(fields.Name, fields.Value);
        }

        if (!IsEnd(json, fields.End))
            return EnvelopeProblem.NotJson;
        if (!envelope._hasType)
            return EnvelopeProblem.NoType;
        return envelope.Type switch
        {
            RoutingType.None => EnvelopeProblem.UnknownType,
            RoutingType.Ping or RoutingType.Pong => EnvelopeProblem.None,
            _ => envelope.CheckRelayed(),
        };
    }

    private static bool IsEnd(ReadOnlySpan<byte> json, int at) => at != JsonText.NotJson && JsonText.SkipSpace(json, at) == json.Length;

    /// <returns>False where no field has this name.</returns>
    private bool TryTake(scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("message"u8))
            Message = NotNull(value);
        else if (name.SequenceEqual("channelId"u8))
            ChannelId = OnlyString(value);
        else if (name.SequenceEqual("type"u8))
            TakeType(OnlyString(value));
        else if (name.SequenceEqual("error"u8))
            TakeError(value);
        else if (name.SequenceEqual("errorCode"u8))
            _flatErrorCode = OnlyString(value);
        else if (name.SequenceEqual("errorMessage"u8))
            _flatErrorMessage = OnlyString(value);
        else
            return false;
        return true;
    }

    // Methods of their own for what has escapes, which is next to nothing: the room is cleared for each call.
    private void TakeEscaped(scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> room = stackalloc byte[JsonText.LongestEscaped];
        TryTake(JsonText.Unescape(name, room), value);
    }

    private void TakeType(ReadOnlySpan<byte> value)
    {
        _hasType = !value.IsEmpty;
        Type = RoutingType.None;
        if (_hasType && !TryTakeType(value[1..^1]))
            TakeEscapedType(value);
    }

    private void TakeEscapedType(ReadOnlySpan<byte> value)
    {
        Span<byte> room = stackalloc byte[JsonText.LongestEscaped];
        TryTakeType(JsonText.Unescape(value, room));
    }

    private bool TryTakeType(scoped ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("MESSAGE"u8))
            Type = RoutingType.Message;
        else if (text.SequenceEqual("ERROR"u8))
            Type = RoutingType.Error;
        else if (text.SequenceEqual("PING"u8))
            Type = RoutingType.Ping;
        else if (text.SequenceEqual("PONG"u8))
            Type = RoutingType.Pong;
        return Type != RoutingType.None;
    }

    private void TakeError(ReadOnlySpan<byte> value)
    {
        ErrorCode = default;
        ErrorMessage = default;
        if (value[0] != '{')
            return;

        Span<byte> room = stackalloc byte[JsonText.LongestEscaped];
        var fields = new JsonFields(value);
        while (fields.TryNext())
        {
            if (!TryTakeOfError(fields.Name[1..^1], fields.Value))
                TryTakeOfError(JsonText.Unescape(fields.Name, room), fields.Value);
        }
    }

    private bool TryTakeOfError(scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("code"u8))
            ErrorCode = OnlyString(value);
        else if (name.SequenceEqual("message"u8))
            ErrorMessage = OnlyString(value);
        else
            return false;
        return true;
    }

    private readonly bool TryUnescapeChannel(out ChannelId channel)
    {
        Span<byte> room = stackalloc byte[JsonText.LongestEscaped];
        return Protocol.ChannelId.TryParse(JsonText.Unescape(ChannelId, room), out channel);
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

    /// <summary>Empty where the value is null: no field is ever null.</summary>
    private static ReadOnlySpan<byte> NotNull(ReadOnlySpan<byte> value) => value[0] == 'n' ? default : value;

    /// <summary>Empty where the value is no string.</summary>
    private static ReadOnlySpan<byte> OnlyString(ReadOnlySpan<byte> value) => value[0] == '"' ? value : default;
}
