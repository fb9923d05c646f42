using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Protocol.Management;

namespace Heliograph.Protocol;

/// <summary>The one JSON context: source-generated, camel case, unknown fields ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ConnectRequest))]
[JsonSerializable(typeof(DeviceConnectResponse))]
[JsonSerializable(typeof(ClientConnectResponse))]
[JsonSerializable(typeof(IceServersResponse))]
[JsonSerializable(typeof(IceServer))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(CreateProductRequest))]
[JsonSerializable(typeof(NameAndTags))]
[JsonSerializable(typeof(ModifyProductRequest))]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(IReadOnlyList<Product>))]
[JsonSerializable(typeof(CreateBatchRequest))]
[JsonSerializable(typeof(CreateCustomDevicesRequest))]
[JsonSerializable(typeof(Device))]
[JsonSerializable(typeof(IReadOnlyList<Device>))]
[JsonSerializable(typeof(DeviceBatch))]
[JsonSerializable(typeof(CustomDevices))]
[JsonSerializable(typeof(AddPublicKeyRequest))]
[JsonSerializable(typeof(IReadOnlyList<DeviceKey>))]
[JsonSerializable(typeof(Usage))]
[JsonSerializable(typeof(TurnUsageReport))]
[JsonSerializable(typeof(TurnUsageAnswer))]
[JsonSerializable(typeof(CreateApiKeyRequest))]
[JsonSerializable(typeof(CreatedApiKey))]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(IReadOnlyList<ApiKey>))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(IReadOnlyList<AuditEntry>))]
[JsonSerializable(typeof(ClusterNode))]
[JsonSerializable(typeof(IReadOnlyList<ClusterNode>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
public sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>
    /// What answers are written with: as <see cref="Default"/>, but quotes and plus signs stay readable, since nothing of this is ever
    /// put into HTML.
    /// </summary>
    public static ProtocolJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
