using Heliograph.Protocol;

namespace Heliograph.Server.Tests.Management;

/// <summary>Where things are in the management API.</summary>
internal static class Paths
{
    public const string Products = "/v1/webrtc/products";
    public const string ApiKeys = "/v1/apikeys";
    public const string AuditLog = "/v1/audit-log";
    public const string Nodes = "/v1/nodes";

    public static string Of(ProductId product) => $"{Products}/{product}";

    public static string Of(DeviceAddress device) => $"{Of(device.Product)}/devices/{device.Device}";
}
