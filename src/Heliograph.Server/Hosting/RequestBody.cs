using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heliograph.Server.Hosting;

/// <summary>
/// Reads JSON bodies, whatever their Content-Type and however they are framed, and says in words which field is wrong.
/// </summary>
internal static class RequestBody
{
    /// <summary>Reads the body of a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="type">What to read it as.</param>
    /// <param name="maxBytes">The most bytes it may have.</param>
    /// <exception cref="ApiException">400: it is missing or not what it should be. 413: it is too large.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;

        try
        {
            var body = await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted);
            return body ?? throw ApiException.BadRequest("The body is null; it must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest(Describe(error));
        }
        catch (IOException error) when (error is not BadHttpRequestException)
        {
            // Kestrel's own exception for a chunk size that overflows is a bare one.
            throw ApiException.BadRequest("The body can't be read: its framing is malformed, or its connection broke.");
        }
    }

    private static string Describe(JsonException error)
    {
        // The reader's own exception inside is there for broken JSON, and absent for a value of the wrong type.
        if (error.InnerException is JsonException)
        {
            return error is { LineNumber: 0, BytePositionInLine: 0 }
                ? "The body is missing; it must be JSON."
                : $"The body is not JSON, or nested too deeply: see line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.";
        }

        // $.field, or $[0].field where the body is a list.
        return error.Path is { Length: > 2 } path
            ? $"{Shorten(path[1..].TrimStart('.'))}: is of the wrong type."
            : "The body is JSON of another kind than this call takes.";
    }

    private static string Shorten(string field) => field.Length > 80 ? string.Concat(field.AsSpan(0, 80), "…") : field;
}
