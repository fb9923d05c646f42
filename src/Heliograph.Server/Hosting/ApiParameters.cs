using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Heliograph.Server.Hosting;

/// <summary>The parameters and headers of the OpenAPI document: handlers read them from the request themselves, so it does not see them.</summary>
internal static class ApiParameters
{
    private static readonly Dictionary<string, string> InPath = new(StringComparer.Ordinal)
    {
        ["productId"] = "The product's ID, in any case.",
        ["deviceId"] = "The device's ID, in any case.",
        ["keyId"] = "The public key's ID.",
        ["id"] = "The API key's ID.",
    };

    /// <summary>The parameters of a call: those in its path, and for the paged list those in its query.</summary>
    public static IList<IOpenApiParameter> Of(string? operation, string path)
    {
        var parameters = new List<IOpenApiParameter>();
        foreach (var name in path.Split('/').Where(x => x.StartsWith('{')).Select(x => x.Trim('{', '}')))
        {
            parameters.Add(new OpenApiParameter
            {
                Name = name, In = ParameterLocation.Path, Required = true, Description = InPath[name], Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        if (operation == "listDevices")
        {
            parameters.Add(Query("limit", "How many devices a page has, at most 10000.", new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "10000", Default = 500 }));
            parameters.Add(Query("cursor", "Where the page begins; taken from the Link header of the page before.", new() { Type = JsonSchemaType.String }));
        }

        if (operation is "listAuditLog" or "exportAuditLog")
        {
            parameters.Add(Query("from", "Only what was then or later: a time, or a date in UTC.", Text()));
            parameters.Add(Query("to", "Only what was before; a date alone includes its whole day.", Text()));
            parameters.Add(Query("actor", "Only what this one did, by ID or name.", Text()));
            parameters.Add(Query("action", "Only this action, or all that begin with it: product.create, product.key, product.", Text()));
            parameters.Add(Query("product", "Only what was done to this product or its devices.", Text()));
            parameters.Add(Query("device", "Only what was done to this device.", Text()));
        }

        if (operation == "listAuditLog")
        {
            parameters.Add(Query("limit", "How many entries a page has, at most 1000.", new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "1000", Default = 100 }));
            parameters.Add(Query("cursor", "Where the page begins; taken from the Link header of the page before.", Text()));
        }

        if (operation == "exportAuditLog")
            parameters.Add(Query("format", "json or csv.", Text("json", "csv")));
        return parameters;
    }

    /// <summary>The headers of an answer; null where there are none to speak of.</summary>
    public static IDictionary<string, IOpenApiHeader>? HeadersOf(string? operation, string status) => (operation, status) switch
    {
        ("listDevices" or "listAuditLog", "200") => Header("Link", "The next page, rel=\"next\"; missing on the last.", JsonSchemaType.String),
        (_, "429" or "503") => Header("Retry-After", "When to try again, in seconds.", JsonSchemaType.Integer),
        _ => null,
    };

    /// <summary>A text, of which there may be only some.</summary>
    private static OpenApiSchema Text(params ReadOnlySpan<string> choices) =>
        new() { Type = JsonSchemaType.String, Enum = choices.IsEmpty ? null : [.. choices.ToArray().Select(x => (JsonNode)JsonValue.Create(x))] };

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description, JsonSchemaType type) => new(StringComparer.Ordinal)
    {
        [name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type } },
    };
}
