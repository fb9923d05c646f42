using System.Text.Json;

namespace Heliograph.Protocol.Reliability;

/// <summary>
/// A message of the reliability layer: <c>{"type":"DATA","seq":n,"data":…}</c> or <c>{"type":"ACK","seq":n}</c>.
/// </summary>
/// <param name="IsData">Whether it is DATA; an ACK otherwise.</param>
/// <param name="Seq">Its sequence number, from 0.</param>
/// <param name="Data">What DATA carries; undefined on an ACK.</param>
public readonly record struct ReliabilityMessage(bool IsData, long Seq, JsonElement Data)
{
    /// <summary>Reads a message; false for what is neither, and must be ignored.</summary>
    public static bool TryRead(JsonElement json, out ReliabilityMessage message)
    {
        message = default;
        if (json.Count("seq") is not { } seq)
            return false;

        switch (json.Text("type"))
        {
            case "DATA" when json.TryGet("data", out var data):
                message = new(true, seq, data);
                return true;
            case "ACK":
                message = new(false, seq, default);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The JSON of a DATA.</summary>
    public static byte[] WriteData(long seq, ReadOnlySpan<byte> data) => PeerJson.WriteObject(data, (writer, data) =>
    {
        writer.WriteString("type"u8, "DATA"u8);
        writer.WriteNumber("seq"u8, seq);
        writer.WriteRaw("data"u8, data);
    });

    /// <summary>The JSON of an ACK.</summary>
    public static byte[] WriteAck(long seq) => PeerJson.WriteObject(seq, (writer, seq) =>
    {
        writer.WriteString("type"u8, "ACK"u8);
        writer.WriteNumber("seq"u8, seq);
    });

    /// <summary>The type and the number alone: what it carries has no place in a log.</summary>
    public override string ToString() => $"{(IsData ? "DATA" : "ACK")} {Seq}";
}
