using System.Buffers.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Signing;
using Heliograph.Protocol.WebRtc;

namespace Heliograph.Server.Live.Inspection;

/// <summary>
/// What a peer's message is, layer by layer: reliability, signing, WebRTC signaling. Signatures are read and not verified: only the
/// peers know the secret. Peers may send anything; what can't be read is said to be so.
/// </summary>
internal sealed class MessageReading
{
    /// <summary>Deep enough for anything sensible.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    private readonly List<string> _layers = [];

    private MessageReading(int size) => Size = size;

    /// <summary>Bytes of the message.</summary>
    public int Size { get; }

    /// <summary>What each layer calls it, from the outermost.</summary>
    public string Layers => string.Join(" · ", _layers);

    /// <summary>The sequence number of DATA.</summary>
    public long? Seq { get; private set; }

    /// <summary>The sequence number that an ACK confirms.</summary>
    public long? Acknowledged { get; private set; }

    /// <summary>The message of the WebRTC signaling layer, where there is one.</summary>
    public SignalingMessage? Signaling { get; private set; }

    /// <summary>The JSON of that message.</summary>
    public JsonElement? Content { get; private set; }

    /// <summary>The <c>type</c> of an application's message, or the code of an error, if it is a plain word.</summary>
    public string? Word { get; private set; }

    public static MessageReading Of(in Captured captured)
    {
        var reading = new MessageReading(captured.Size);
        reading._layers.Add("MESSAGE");
        if (!captured.IsTooLarge)
            Try(captured.Content, reading.ReadReliability);
        return reading;
    }

    public static MessageReading OfError(in Captured captured)
    {
        var reading = new MessageReading(captured.Size);
        reading._layers.Add("ERROR");
        if (!captured.IsTooLarge)
            Try(captured.Content, code => reading.Word = PlainWord.Of(code.GetString()));
        return reading;
    }

    private static void Try(byte[] json, Action<JsonElement> read)
    {
        try
        {
            read(JsonElement.Parse(json, Options));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or MessageRejectedException or ArgumentException)
        {
            // As far as it could be read, it has been.
        }
    }

    private void ReadReliability(JsonElement json)
    {
        if (!ReliabilityMessage.TryRead(json, out var message))
            return;
        _layers.Add(message.ToString());
        if (!message.IsData)
        {
            Acknowledged = message.Seq;
            return;
        }

        Seq = message.Seq;
        ReadSigned(message.Data);
    }

    private void ReadSigned(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("type", out var type))
            return;

        if (type.ValueEquals("NONE"))
        {
            _layers.Add("NONE");
            ReadSignaling(new NoneSigner().Verify(data));
        }
        else if (type.ValueEquals("JWT") && data.TryGetProperty("jwt", out var jwt) && jwt.GetString()?.Split('.') is [_, var claims, _])
        {
            _layers.Add("JWT");
            if (JsonElement.Parse(Base64Url.DecodeFromChars(claims), Options).TryGetProperty("message", out var message))
                ReadSignaling(message);
        }
    }

    private void ReadSignaling(JsonElement message)
    {
        Content = message;
        if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
            Word = PlainWord.Of(type.GetString());
        if (Word is not null)
            _layers.Add(Word);
        Signaling = SignalingMessageJson.Read(message);
    }
}
