namespace HostedCamera;

/// <summary>The section <c>Camera</c> of appsettings.json, the environment (<c>Camera__DeviceId</c>) or the command line (<c>--Camera:DeviceId</c>).</summary>
internal sealed record CameraSettings
{
    public required Uri Endpoint { get; init; }

    public required string ProductId { get; init; }

    public required string DeviceId { get; init; }

    /// <summary>The file with the device's private key.</summary>
    public string KeyFile { get; init; } = "device.key";
}
