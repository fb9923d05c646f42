namespace HostedCamera;

/// <summary>The section <c>Camera</c> of the configuration: <c>--Camera:DeviceId</c>, <c>Camera__DeviceId</c> in the environment, or appsettings.json.</summary>
internal sealed record CameraSettings
{
    public Uri Endpoint { get; init; } = new("http://localhost:8080");

    public required string ProductId { get; init; }

    public required string DeviceId { get; init; }

    /// <summary>The file with the device's private key.</summary>
    public string KeyFile { get; init; } = "device.key";
}
