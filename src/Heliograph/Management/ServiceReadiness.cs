using System.Text.Json.Serialization;

namespace Heliograph.Management;

/// <summary>What of <c>/health/ready</c> is asked for.</summary>
/// <param name="Region">The service's own region; null where it is no Heliograph.</param>
internal sealed record ServiceReadiness(string? Region);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServiceReadiness))]
internal sealed partial class ManagementJson : JsonSerializerContext;
