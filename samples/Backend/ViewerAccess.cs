namespace Backend;

/// <summary>All that an app needs to reach a camera.</summary>
internal sealed record ViewerAccess(Uri Endpoint, string ProductId, string DeviceId, string AccessToken);
