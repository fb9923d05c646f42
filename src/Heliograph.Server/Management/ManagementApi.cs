using System.Text.Json.Serialization.Metadata;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Management;

/// <summary>The management API. Its shapes are those of Nabto's cloud API, so that scripts carry over.</summary>
internal static class ManagementApi
{
    /// <summary>Room for 10,000 device keys with some white space.</summary>
    private const int MaxBody = 8 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/v1").AddEndpointFilter(Caller.RequireApiKey);
        ProductEndpoints.Map(api.MapGroup("/webrtc/products").WithTags("Products"));
        DeviceEndpoints.Map(api.MapGroup("/webrtc/products/{productId}").WithTags("Devices"));
        UsageEndpoints.Map(api.MapGroup("/webrtc/products/{productId}").WithTags("Usage"));
        ApiKeyEndpoints.Map(api.MapGroup("/apikeys").WithTags("API keys"));
        AuditEndpoints.Map(api.MapGroup("/audit-log").WithTags("Audit log"));
        NodeEndpoints.Map(api.MapGroup("/nodes").WithTags("Nodes"));
    }

    public static ValueTask<T> ReadBodyAsync<T>(HttpContext http, JsonTypeInfo<T> type) => RequestBody.ReadAsync(http, type, MaxBody);

    public static IResult Json<T>(T body) => Results.Json(body, ProtocolJson.Wire.Options);
}
