using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Heliograph.Testing;

/// <summary>An answer over HTTP.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, string Body, HttpResponseHeaders Headers, string? ContentType)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The <c>code</c> of an error's body.</summary>
    public string? Code => Json["code"]?.GetValue<string>();

    /// <summary>The <c>message</c> of an error's body.</summary>
    public string? Message => Json["message"]?.GetValue<string>();

    /// <summary>The body, of an answer that must have this status.</summary>
    /// <exception cref="InvalidOperationException">It has another.</exception>
    public JsonNode Require(HttpStatusCode status) =>
        Status == status ? (Body.Length > 0 ? Json : new JsonObject()) : throw new InvalidOperationException($"Expected {status}, got {Status}: {Body}");
}
