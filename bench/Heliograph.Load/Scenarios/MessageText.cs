using System.Text;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// A MESSAGE of an exact length in the form that SDKs send with a shared secret: reliability layer around a signed token. The bare relay
/// gets the very same bytes.
/// </summary>
internal sealed class MessageText
{
    private const string Filler = "eyJhbGciOiJIUzI1NiJ9-dGhlIG1lc3NhZ2Ugb2YgYSBjYW1lcmE_";

    private MessageText(byte[] message, byte[] frame) => (Message, Frame) = (message, frame);

    /// <summary>The value of <c>message</c>, which has to arrive byte for byte.</summary>
    public byte[] Message { get; }

    /// <summary>The whole text, masked and framed.</summary>
    public byte[] Frame { get; }

    public static MessageText Build(string channelId, int bytes)
    {
        const string Head = """{"type":"DATA","seq":7,"data":{"type":"JWT","jwt":""" + "\"";
        const string Tail = "\"}}";
        var envelope = $$"""{"type":"MESSAGE","channelId":"{{channelId}}","message":""";
        var room = bytes - envelope.Length - 1 - Head.Length - Tail.Length;
        if (room < 1)
        {
            throw new LoadException($"a payload of {bytes} bytes is too short for a message; 256 will do");
        }

        var filler = string.Concat(Enumerable.Repeat(Filler, (room / Filler.Length) + 1))[..room];
        var message = $"{Head}{filler}{Tail}";
        return new MessageText(
            Encoding.UTF8.GetBytes(message),
            Wire.Frame.Build(Wire.Frame.Text, Encoding.UTF8.GetBytes($"{envelope}{message}}}")));
    }
}
