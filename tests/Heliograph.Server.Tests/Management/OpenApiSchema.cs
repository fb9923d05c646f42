using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heliograph.Server.Tests.Management;

/// <summary>
/// Holds JSON against a schema of the OpenAPI document. As much of JSON Schema as the document uses; a keyword that is not known
/// here is a problem too, so that nothing passes unread.
/// </summary>
internal sealed class OpenApiSchema(JsonNode document)
{
    private static readonly string[] Known =
        ["type", "properties", "required", "items", "additionalProperties", "$ref", "oneOf", "format", "description", "enum",
         "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties", "pattern"];

    public IEnumerable<string> Problems(JsonNode? value, JsonNode schema, string at = "$")
    {
        var unknown = schema.AsObject().Select(x => x.Key).Except(Known, StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            return [$"{at}: the checker does not know {string.Join(", ", unknown)}"];
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return Problems(value, Resolve(reference), at);
        if (schema["oneOf"] is JsonArray choices)
            return choices.Any(choice => !Problems(value, choice!, at).Any()) ? [] : [$"{at}: matches none of {choices.ToJsonString()}"];

        var kind = KindOf(value);
        var types = schema["type"] switch
        {
            null => [],
            JsonArray list => list.Select(x => x!.GetValue<string>()).ToList(),
            var single => [single.GetValue<string>()],
        };
        if (types.Count > 0 && !types.Contains(kind) && !(kind == "integer" && types.Contains("number")))
            return [$"{at}: is {kind}, and not {string.Join(" or ", types)}"];
        return value switch
        {
            JsonObject fields => ProblemsOfObject(fields, schema, at),
            JsonArray items => items.SelectMany((item, i) => schema["items"] is { } of ? Problems(item, of, $"{at}[{i}]") : [$"{at}: items are not described"]),
            not null when schema["format"]?.GetValue<string>() == "date-time" =>
                DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, out _) ? [] : [$"{at}: is no date-time"],
            _ => [],
        };
    }

    private IEnumerable<string> ProblemsOfObject(JsonObject value, JsonNode schema, string at)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            if (!value.ContainsKey(name!.GetValue<string>()))
                yield return $"{at}.{name}: is required and missing";
        }

        foreach (var (name, field) in value)
        {
            var described = schema["properties"]?[name] ?? schema["additionalProperties"];
            if (described is not JsonObject)
            {
                yield return $"{at}.{name}: is not described";
                continue;
            }

            foreach (var problem in Problems(field, described, $"{at}.{name}"))
                yield return problem;
        }
    }

    private JsonNode Resolve(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(document, (node, name) => node[name]!);

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
    };
}
