namespace Heliograph.Protocol;

/// <summary>
/// The codes of HTTP error answers. "Final" means that the same request will fail again until somebody changes something;
/// the others may be tried again, after <c>Retry-After</c> where it is given.
/// </summary>
public static class ErrorCodes
{
    /// <summary>400, final, the caller's fault: the body is missing, not JSON, or a field is missing or wrong.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>401, final for this token: it is missing, malformed, expired, not yet valid, or does not verify.</summary>
    public const string Unauthorized = "UNAUTHORIZED";

    /// <summary>403, final for this token or API key: it is genuine but does not cover the request.</summary>
    public const string AccessDenied = "ACCESS_DENIED";

    /// <summary>404, final: there is no such page or call.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>404, final: there is no such product.</summary>
    public const string ProductIdNotFound = "PRODUCT_ID_NOT_FOUND";

    /// <summary>404, final: there is no such device in the product.</summary>
    public const string DeviceIdNotFound = "DEVICE_ID_NOT_FOUND";

    /// <summary>404, final: the product or device has no such public key.</summary>
    public const string KeyIdNotFound = "KEY_ID_NOT_FOUND";

    /// <summary>404, final: the organization has no such API key.</summary>
    public const string ApiKeyNotFound = "API_KEY_NOT_FOUND";

    /// <summary>405, final: the path exists, but not with this method.</summary>
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";

    /// <summary>409, final: a device ID of the request is taken.</summary>
    public const string DeviceIdTaken = "DEVICE_ID_TAKEN";

    /// <summary>413, final: the body is larger than the call takes.</summary>
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";

    /// <summary>426, final: the address is for WebSockets only.</summary>
    public const string UpgradeRequired = "UPGRADE_REQUIRED";

    /// <summary>429, try again after <c>Retry-After</c>.</summary>
    public const string TooManyRequests = "TOO_MANY_REQUESTS";

    /// <summary>500, the service's fault; try again later.</summary>
    public const string InternalError = "INTERNAL_ERROR";

    /// <summary>503, the service is starting, stopping or without its database, or the region that the product lives in can't be reached; try again after <c>Retry-After</c>.</summary>
    public const string Unavailable = "UNAVAILABLE";
}
