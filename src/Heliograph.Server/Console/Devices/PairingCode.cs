using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using QRCoder;

namespace Heliograph.Server.Console.Devices;

/// <summary>
/// What an app scans to know a device: <c>{"endpoint":…,"productId":…,"deviceId":…}</c>. No secret is in it: whoever passes by a camera can read its label.
/// </summary>
internal static class PairingCode
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/console/products/{productId}/devices/{deviceId}/qr.svg", AnswerAsync)
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();

    public static string PayloadOf(string endpoint, DeviceAddress device) =>
        JsonSerializer.Serialize(new(endpoint, device.Product.Value, device.Device.Value), PairingJson.Wire.Pairing);

    /// <summary>The modules of the code, row by row, with the quiet zone around it.</summary>
    public static IReadOnlyList<System.Collections.BitArray> ModulesOf(string payload)
    {
        using var code = QRCodeGenerator.GenerateQrCode(payload, QRCodeGenerator.ECCLevel.M);
        return code.ModuleMatrix;
    }

    /// <summary>An image of dark and light modules, that scans on a dark page, too.</summary>
    public static string SvgOf(IReadOnlyList<System.Collections.BitArray> modules)
    {
        var dark = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules.Count; x++)
            {
                if (modules[y][x])
                    dark.Append($"M{x} {y}h1v1h-1z");
            }
        }

        return $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules.Count} {modules.Count}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{modules.Count}v{modules.Count}H0z"/><path d="{dark}"/></svg>""";
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, string productId, string deviceId, DeviceStore devices, ServiceUrl url)
    {
        var product = ProductId.TryParse(productId, out var p) ? p : throw ApiException.NoSuchProduct(productId);
        var device = new DeviceAddress(product, DeviceId.TryParse(deviceId, out var d) ? d : throw ApiException.NoSuchDevice(productId, deviceId));
        await devices.GetAsync(Visitor.Of(http.User)!.Organization, device, http.RequestAborted);
        return Results.Text(SvgOf(ModulesOf(PayloadOf(url.Of(http.Request), device))), "image/svg+xml");
    }
}

/// <summary>What a pairing code holds.</summary>
/// <param name="Endpoint">The service's base URL.</param>
/// <param name="ProductId">The device's product.</param>
/// <param name="DeviceId">The device.</param>
internal sealed record Pairing(string Endpoint, string ProductId, string DeviceId);

/// <summary>JSON of the pairing code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Pairing))]
internal sealed partial class PairingJson : JsonSerializerContext
{
    /// <summary>Nothing is escaped that needs not be: each character makes the code larger.</summary>
    public static PairingJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
