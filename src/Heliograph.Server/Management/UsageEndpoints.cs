using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Management;

/// <summary>What products and devices have used.</summary>
internal static class UsageEndpoints
{
    public static void Map(IEndpointRouteBuilder product)
    {
        product.MapGet("/usage", OfProductAsync)
            .Describe<Usage>("getProductUsage", "Get a product's usage", "By calendar month in UTC. relayByteCount is what TURN servers have reported; see docs/turn.md.");
        product.MapGet("/devices/{deviceId}/usage", OfDeviceAsync)
            .Describe<Usage>("getDeviceUsage", "Get a device's usage", "By calendar month in UTC. relayByteCount is what TURN servers have reported; see docs/turn.md.");
    }

    private static async Task<IResult> OfProductAsync(HttpContext http, UsageStore usage) =>
        ManagementApi.Json(await usage.OfProductAsync(Caller.Of(http).Organization, Caller.ProductIn(http), http.RequestAborted));

    private static async Task<IResult> OfDeviceAsync(HttpContext http, UsageStore usage) =>
        ManagementApi.Json(await usage.OfDeviceAsync(Caller.Of(http).Organization, Caller.DeviceIn(http), http.RequestAborted));
}
