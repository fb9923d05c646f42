using System.Text.Json;

namespace Heliograph.Doctor;

/// <summary>Frames of the routing layer, as they are received.</summary>
internal static class FrameReading
{
    public static bool IsOf(this JsonElement frame, string type) => frame.HasText("type", type);

    public static bool IsOf(this JsonElement frame, string type, string channelId) => frame.IsOf(type) && frame.HasText("channelId", channelId);

    private static bool HasText(this JsonElement frame, string field, string text) =>
        frame.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
