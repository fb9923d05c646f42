using System.Text.Json;

namespace Heliograph.Protocol.WebRtc;

/// <summary>The field <c>iceServers</c>, of the HTTP call and of SETUP_RESPONSE alike.</summary>
public static class IceServersJson
{
    /// <summary>Reads the field of an object. What is no ICE server is left out; <c>urls</c> may be one string.</summary>
    public static IReadOnlyList<IceServer> Read(JsonElement json) =>
        json.TryGet("iceServers", out var servers) && servers.ValueKind == JsonValueKind.Array
            ? [.. servers.EnumerateArray().Select(ReadServer).OfType<IceServer>()]
            : [];

    /// <summary>Writes the field into an object. Fields that don't apply are left out.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<IceServer> servers)
    {
        writer.WriteStartArray("iceServers"u8);
        foreach (var server in servers)
            JsonSerializer.Serialize(writer, server, ProtocolJson.Wire.IceServer);
        writer.WriteEndArray();
    }

    private static IceServer? ReadServer(JsonElement server)
    {
        if (!server.TryGet("urls", out var urls))
            return null;
        IEnumerable<JsonElement> all = urls.ValueKind == JsonValueKind.Array ? urls.EnumerateArray() : [urls];
        IReadOnlyList<string> texts = [.. all.Select(url => url.Text()).OfType<string>()];
        return texts.Count == 0 ? null : new(texts, server.Text("username"), server.Text("credential"));
    }
}
