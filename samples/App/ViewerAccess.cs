namespace App;

/// <summary>What the backend answers.</summary>
internal sealed record ViewerAccess(Uri Endpoint, string ProductId, string DeviceId, string AccessToken);
