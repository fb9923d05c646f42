using System.Text.Json.Nodes;

namespace Heliograph.Testing;

/// <summary>Short ways to look into JSON.</summary>
public static class JsonReading
{
    public static string Text(this JsonNode node, string field) => node[field]!.GetValue<string>();

    public static IEnumerable<string> Fields(this JsonNode node) => node.AsObject().Select(x => x.Key);
}
