using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Heliograph.Server.Hosting;

/// <summary>JSON that comes from elsewhere: a file, a token, another peer.</summary>
internal static class ForeignJson
{
    /// <summary>Reads JSON; false where it is none, or has a text in it that is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JsonElement? json)
    {
        try
        {
            json = JsonElement.Parse(utf8);
            return IsText(json.Value);
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }

    /// <summary>Whether all names and texts are such: an escape can be half of a surrogate pair, which nobody can read or write.</summary>
    public static bool IsText(JsonElement json)
    {
        try
        {
            Read(json);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                    Read(item);
                break;
            case JsonValueKind.Object:
                foreach (var field in json.EnumerateObject())
                {
                    _ = field.Name;
                    Read(field.Value);
                }

                break;
        }
    }
}
