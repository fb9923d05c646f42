using Heliograph.Protocol;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Hosting;

/// <summary>An answer other than success, thrown where it is found and written as the protocol's error body where the call ends.</summary>
internal sealed class ApiException(int status, string code, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>When to try again, for 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, message);

    public static ApiException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, message);

    public static ApiException AccessDenied(string message) => new(StatusCodes.Status403Forbidden, ErrorCodes.AccessDenied, message);

    public static ApiException NoSuchProduct(string? productId) =>
        new(StatusCodes.Status404NotFound, ErrorCodes.ProductIdNotFound, $"There is no product '{Quote(productId)}'.");

    public static ApiException NoSuchDevice(string? productId, string? deviceId) =>
        new(StatusCodes.Status404NotFound, ErrorCodes.DeviceIdNotFound, $"There is no device '{Quote(deviceId)}' in product '{Quote(productId)}'.");

    public static ApiException NoSuchKey(string? keyId) =>
        new(StatusCodes.Status404NotFound, ErrorCodes.KeyIdNotFound, $"There is no public key '{Quote(keyId)}' here.");

    public static ApiException NoSuchApiKey(string? id) =>
        new(StatusCodes.Status404NotFound, ErrorCodes.ApiKeyNotFound, $"There is no API key '{Quote(id)}'.");

    public static ApiException Conflict(string message) => new(StatusCodes.Status409Conflict, ErrorCodes.DeviceIdTaken, message);

    public static ApiException TooManyRequests(string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, message, retryAfter);

    public static ApiException Unavailable(string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, ErrorCodes.Unavailable, message, retryAfter);

    /// <summary>A caller's text, short enough to be quoted to them.</summary>
    private static string Quote(string? text) => text is { Length: > 80 } ? string.Concat(text.AsSpan(0, 80), "…") : text ?? "";
}
