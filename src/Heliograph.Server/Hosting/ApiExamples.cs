using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Registry;

namespace Heliograph.Server.Hosting;

/// <summary>The examples of the OpenAPI document: real bodies, written by the code that writes the answers.</summary>
internal static class ApiExamples
{
    private const string ProductId = "wp-39wu7tex";
    private const string DeviceId = "wd-3xtqp3hy4xxy3av3";
    private const string KeyHash = "36a47d621cb8bce22aa544e74da9f6836d45fd1446684b6563999f920db3154a";
    private const string Pem =
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Hm2CKsJnnF8I382IlhQxW+LFOJn\n1eAgJ6fwm5NK+w5V9ka36MwwmeD3rwGkt3FBJs1fsBd04EHGxnbzoqTfdg==\n-----END PUBLIC KEY-----\n";

    private static readonly DateTime Created = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal) { ["line"] = "garden" };
    private static readonly Product Product =
        new(ProductId, "or-operator", "local", "Garden cameras", Created, Tags, Expired: false, null, 1, [new($"product:{KeyHash}", Pem) { Created = Created, LastUsed = Created }]);
    private static readonly Device Device =
        new(ProductId, DeviceId, "Gate", [new($"device:{KeyHash}", Pem) { Created = Created }], 1, Tags, Created, Connected: true, Created);
    private static readonly ApiKey ApiKey = new("k3v9x2m4q8a1", "or-operator", "CI", ["read", "manage"], Created, null, null);
    private static readonly AuditEntry AuditEntry = new(
        "0193554d7a000000000c5f1e8a9b2c3d", Created, "or-operator", new("key:k3v9x2m4q8a1", "CI", "api", "192.0.2.7"), AuditAction.ProductModify,
        new(ProductId), "name: Garden → Garden cameras");
    private static readonly ClusterNode Node1 = new(
        "node-1", ThisNode: true, "ready", "1.4.0", Created, 86_400, Created.AddDays(1), 6_700, 410, 182.5, 14_500_000, 290_000, 0.21, 268_435_456);
    private static readonly Usage Usage = new(new(1200, 34000), new(0, 0));

    private static readonly Dictionary<string, string> Errors = new(StringComparer.Ordinal)
    {
        ["400"] = ErrorCodes.BadRequest,
        ["401"] = ErrorCodes.Unauthorized,
        ["403"] = ErrorCodes.AccessDenied,
        ["404"] = ErrorCodes.DeviceIdNotFound,
        ["409"] = ErrorCodes.DeviceIdTaken,
        ["413"] = ErrorCodes.PayloadTooLarge,
        ["429"] = ErrorCodes.TooManyRequests,
        ["500"] = ErrorCodes.InternalError,
        ["503"] = ErrorCodes.Unavailable,
    };

    public static JsonNode? RequestOf(string? operation) => operation switch
    {
        "connectDevice" or "connectClient" or "getIceServers" => Node(new ConnectRequest { ProductId = ProductId, DeviceId = DeviceId }),
        "createProduct" => Node(new CreateProductRequest { Name = "Garden cameras", Region = "local", Tags = Tags }),
        "modifyProduct" => Node(new ModifyProductRequest { Name = "Garden cameras", Tags = Tags, Region = "local" }),
        "createDevice" or "modifyDevice" => Node(new NameAndTags { Name = "Gate", Tags = Tags }),
        "addProductKey" or "addDeviceKey" => Node(new AddPublicKeyRequest { PublicKey = Pem }),
        "createDeviceBatch" => Node(new CreateBatchRequest { Count = 100, Tags = Tags }),
        "createCustomDevices" => Node(new CreateCustomDevicesRequest { DeviceIds = [DeviceId], Tags = Tags }),
        "addDeviceKeys" => Node<IReadOnlyList<DeviceKey>>([new() { DeviceId = DeviceId, PublicKey = Pem }]),
        "reportTurnUsage" => Node(new TurnUsageReport
        {
            Reporter = "q7x2m4v8k3a1p9c5", Sequence = 17, Usage = [new() { ProductId = ProductId, DeviceId = DeviceId, Bytes = 1_048_576 }],
        }),
        "createApiKey" => Node(new CreateApiKeyRequest { Name = "CI", Scopes = ["read", "manage"] }),
        _ => null,
    };

    public static JsonNode? ResponseOf(string? operation) => operation switch
    {
        "connectDevice" => Node(new DeviceConnectResponse($"wss://signaling.example.com/v1/signaling/{ProductId}/{DeviceId}?ticket=CfDJ8…")),
        "connectClient" => Node(new ClientConnectResponse(
            $"wss://signaling.example.com/v1/signaling/{ProductId}/{DeviceId}?ticket=CfDJ8…", DeviceOnline: true, "8d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1f")),
        "getIceServers" => Node(new IceServersResponse(
        [
            new(["stun:turn.example.com:3478"]),
            new(["turn:turn.example.com:3478?transport=udp"], $"1795305600:{ProductId}:{DeviceId}", "RvJ3bq0m8Jp6r0Yy1m2n3o4p5q8="),
        ])),
        "listProducts" => Node<IReadOnlyList<Product>>([Product]),
        "createProduct" or "getProduct" or "modifyProduct" or "addProductKey" or "removeProductKey" => Node(Product),
        "listDevices" => Node<IReadOnlyList<Device>>([Device]),
        "createDevice" or "getDevice" or "modifyDevice" or "addDeviceKey" or "removeDeviceKey" => Node(Device),
        "createDeviceBatch" => Node(new DeviceBatch([Device], 1, 1)),
        "createCustomDevices" => Node(new CustomDevices([Device], 1)),
        "getProductUsage" or "getDeviceUsage" => Node(Usage),
        "reportTurnUsage" => Node(new TurnUsageAnswer(1, 0)),
        "listApiKeys" => Node<IReadOnlyList<ApiKey>>([ApiKey]),
        "createApiKey" => Node(new CreatedApiKey("hgk_k3v9x2m4q8a1_…", ApiKey)),
        "listAuditLog" or "exportAuditLog" => Node<IReadOnlyList<AuditEntry>>([AuditEntry]),
        "listNodes" => Node<IReadOnlyList<ClusterNode>>([Node1]),
        "revokeApiKey" => Node(ApiKey with { RevokedAt = Created }),
        _ => null,
    };

    public static JsonNode? ErrorOf(string status) =>
        Errors.TryGetValue(status, out var code) ? Node(new ErrorBody("What is wrong, and where.", code)) : null;

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, ProtocolJson.Wire.Options);
}
