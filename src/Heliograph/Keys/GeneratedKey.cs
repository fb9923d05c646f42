using System.Text.Json.Serialization;

namespace Heliograph.Keys;

/// <summary>What <c>key generate</c> made.</summary>
/// <param name="PrivateKeyFile">The file with the private key.</param>
/// <param name="PublicKeyFile">The file with the public key.</param>
/// <param name="DeviceKeyId">Its key ID as a device's key.</param>
/// <param name="ProductKeyId">Its key ID as a product's key.</param>
internal sealed record GeneratedKey(string PrivateKeyFile, string PublicKeyFile, string DeviceKeyId, string ProductKeyId);

/// <summary>JSON of <c>heliograph key</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GeneratedKey))]
internal sealed partial class KeyJson : JsonSerializerContext;
