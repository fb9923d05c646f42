using System.Text.Json.Serialization.Metadata;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
        DeviceEndpoints.Map(api.MapGroup("/webrtc/products/{productId}").AddEndpointFilter(AtHomeAsync).WithTags("Devices"));
        UsageEndpoints.Map(api.MapGroup("/webrtc/products/{productId}").AddEndpointFilter(AtHomeAsync).WithTags("Usage"));
        ApiKeyEndpoints.Map(api.MapGroup("/apikeys").WithTags("API keys"));
        AuditEndpoints.Map(api.MapGroup("/audit-log").WithTags("Audit log"));
        NodeEndpoints.Map(api.MapGroup("/nodes").WithTags("Nodes"));
    }

    public static ValueTask<T> ReadBodyAsync<T>(HttpContext http, JsonTypeInfo<T> type) => RequestBody.ReadAsync(http, type, MaxBody);

    /// <summary>The body as its bytes, of a call that may go on to another region.</summary>
    public static ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http) => RequestBody.ReadBytesAsync(http, MaxBody);

    /// <summary>
    /// An endpoint filter: calls of a product, by the ID in their path, are answered where it lives. Whoever has no API key gets no further
    /// than here.
    /// </summary>
    public static async ValueTask<object?> AtHomeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBody;
        var homes = (Homes)http.RequestServices.GetService(typeof(Homes))!;
        return await homes.TryForwardManagementAsync(http, http.Request.RouteValues["productId"] as string) ? Results.Empty : await next(context);
    }

    public static IResult Json<T>(T body) => Results.Json(body, ProtocolJson.Wire.Options);
}
