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
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the body of a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="type">What to read it as.</param>
    /// <param name="maxBytes">The most bytes it may have.</param>
    /// <exception cref="ApiException">400: it is missing or not what it should be. 413: it is too large.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int maxBytes)
    {
        Limit(http, maxBytes);
        try
        {
            return OrThrow(await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted));
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest(Describe(error));
        }
        catch (IOException error) when (error is not BadHttpRequestException)
        {
            throw Unreadable();
        }
    }

    /// <summary>Reads the body of a request as the bytes that it is, for those who may pass them on.</summary>
    /// <exception cref="ApiException">400: it can't be read. 413: it is too large.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http, int maxBytes)
    {
        Limit(http, maxBytes);
        try
        {
            using var buffer = new MemoryStream();
            await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
            return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
        catch (IOException error) when (error is not BadHttpRequestException)
        {
            throw Unreadable();
        }
    }

    /// <summary>Reads a body that <see cref="ReadBytesAsync"/> has got.</summary>
    /// <exception cref="ApiException">400: it is missing or not what it should be.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
    {
        var json = body.Span;
        if (json.StartsWith(ByteOrderMark))
            json = json[ByteOrderMark.Length..];
        try
        {
            return OrThrow(JsonSerializer.Deserialize(json, type));
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest(Describe(error));
        }
    }

    private static void Limit(HttpContext http, int maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;
    }

    private static T OrThrow<T>(T? body) => body ?? throw ApiException.BadRequest("The body is null; it must be a JSON object.");

    /// <summary>The answer to a body that breaks off. Kestrel's own exception for a chunk size that overflows is a bare one.</summary>
    public static ApiException Unreadable() => ApiException.BadRequest("The body can't be read: its framing is malformed, or its connection broke.");

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
