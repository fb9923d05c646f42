using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Microsoft.OpenApi;

namespace Heliograph.Server.Hosting;

/// <summary>
/// What the OpenAPI document can't see in the types of bodies. Their fields can be null, so that a missing one is told by its name;
/// the document is to say which ones must be there.
/// </summary>
internal static class ApiFields
{
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(ConnectRequest)] = ["productId", "deviceId"],
        [typeof(CreateProductRequest)] = ["region"],
        [typeof(AddPublicKeyRequest)] = ["publicKey"],
        [typeof(CreateBatchRequest)] = ["count"],
        [typeof(CreateCustomDevicesRequest)] = ["deviceIds"],
        [typeof(DeviceKey)] = ["deviceId", "publicKey"],
        [typeof(CreateApiKeyRequest)] = ["scopes"],
        [typeof(TurnUsageReport)] = ["reporter", "sequence", "usage"],
        [typeof(TurnDeviceUsage)] = ["productId", "deviceId", "bytes"],
    };

    /// <summary>Fields that are left out and never null.</summary>
    private static readonly Dictionary<Type, string[]> NeverNull = new() { [typeof(IceServer)] = ["username", "credential"] };

    /// <summary>Puts a type's schema right.</summary>
    public static void Correct(OpenApiSchema schema, Type type)
    {
        if (Required.TryGetValue(type, out var required))
            schema.Required = new HashSet<string>(required, StringComparer.Ordinal);
        foreach (var name in (string[])[.. required ?? [], .. NeverNull.GetValueOrDefault(type, [])])
        {
            if (schema.Properties?[name] is OpenApiSchema field)
                field.Type &= ~JsonSchemaType.Null;
        }
    }
}
