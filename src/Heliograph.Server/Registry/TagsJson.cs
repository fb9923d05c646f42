using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>Tags as the registry stores them: a JSON object, in which all but plain ASCII is escaped.</summary>
internal static class TagsJson
{
    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(tags as Dictionary<string, string> ?? new(tags), ProtocolJson.Default.DictionaryStringString);

    public static Dictionary<string, string> Read(string json) =>
        JsonSerializer.Deserialize(json, ProtocolJson.Default.DictionaryStringString) ?? [];

    /// <summary>
    /// What the stored text of a device's tags has in it, in lower case, where a person looks for <paramref name="text"/>:
    /// <c>key=value</c> is one tag, <c>key=</c> a tag with any value, and all else the beginning of a key or a value. A quote of a tag's own is
    /// escaped, so that the quotes here are always those around one.
    /// </summary>
    public static string SearchPattern(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var pattern = at < 0 ? $"\"{Escape(text)}"
            : at == text.Length - 1 ? $"\"{Escape(text[..at])}\":\""
            : $"\"{Escape(text[..at])}\":\"{Escape(text[(at + 1)..])}\"";
        return pattern.ToLowerInvariant();
    }

    private static string Escape(string text) => JsonEncodedText.Encode(text).ToString();
}
