namespace Heliograph.Protocol.Routing;

/// <summary>Writes the frames of the routing layer that a peer sends, each as the UTF-8 text of a whole WebSocket message.</summary>
public static class PeerFrameWriter
{
    /// <summary><c>MESSAGE</c>.</summary>
    /// <param name="channelId">The channel.</param>
    /// <param name="content">The JSON of the field <c>message</c>.</param>
    public static byte[] Message(string channelId, ReadOnlySpan<byte> content) => PeerJson.WriteObject(content, (writer, content) =>
    {
        writer.WriteString("type"u8, PeerFrame.Message);
        writer.WriteString("channelId"u8, channelId);
        writer.WriteRaw("message"u8, content);
    });

    /// <summary><c>ERROR</c>.</summary>
    public static byte[] Error(string channelId, string code, string? message) => PeerJson.WriteObject(message, (writer, message) =>
    {
        writer.WriteString("type"u8, PeerFrame.Error);
        writer.WriteString("channelId"u8, channelId);
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, code);
        if (message is not null)
            writer.WriteString("message"u8, message);
        writer.WriteEndObject();
    });
}
