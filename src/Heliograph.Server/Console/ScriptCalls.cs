using System.Text.Json.Serialization;
using Heliograph.Protocol;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Console;

/// <summary>
/// What the scripts of the console's pages call, with the visitor's session. What changes something takes the role manager, and the
/// page's antiforgery token in a header (see <see cref="FormGuard"/>).
/// </summary>
internal static class ScriptCalls
{
    /// <summary>Enough to choose from; who has more knows the ID.</summary>
    private const int MaxDevices = 200;

    private const int MaxBody = 16 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        var calls = app.MapGroup("/console/calls").RequireAuthorization(ConsoleRoles.Viewer).ExcludeFromDescription();
        calls.MapGet("/devices", ListDevicesAsync);
        calls.MapGet("/device", GetDeviceAsync);
        calls.MapGet("/keys", FindKeyAsync);

        calls.MapPost("/devices", CreateDeviceAsync);
        calls.MapPost("/keys", AddKeyAsync);
        calls.MapPost("/keys/remove", RemoveKeyAsync);
    }

    private static async Task<IResult> ListDevicesAsync(HttpContext http, DeviceStore devices)
    {
        var product = ReadProduct(http.Request.Query["product"]);
        var (found, _) = await devices.ListAsync(VisitorOf(http).Organization, product, after: "", MaxDevices, http.RequestAborted);
        return Json(found.Select(x => new ListedDevice(x.DeviceId, x.Name, x.Connected)));
    }

    private static async Task<IResult> GetDeviceAsync(HttpContext http, DeviceStore devices)
    {
        var address = new DeviceAddress(ReadProduct(http.Request.Query["product"]), FieldRules.ReadDeviceId(http.Request.Query["device"], "device"));
        var device = await devices.GetAsync(VisitorOf(http).Organization, address, http.RequestAborted);
        return Json(new ListedDevice(device.DeviceId, device.Name, device.Connected));
    }

    /// <summary>Whether a public key is registered; it is named by its fingerprint.</summary>
    private static async Task<IResult> FindKeyAsync(HttpContext http, ProductStore products, DeviceStore devices)
    {
        var query = http.Request.Query;
        if (!KeyId.TryParse(query["key"], out var key))
            throw FieldRules.Problem("key", "must be 'device:' or 'product:' and 64 hex digits");
        var (organization, product) = (VisitorOf(http).Organization, ReadProduct(query["product"]));
        var registered = key.Owner == KeyOwner.Product
            ? (await products.GetAsync(organization, product, http.RequestAborted)).PublicKeys
            : (await devices.GetAsync(organization, new(product, FieldRules.ReadDeviceId(query["device"], "device")), http.RequestAborted)).PublicKeys;
        return Json(new KeyState(key.Value, registered.Any(x => x.Id == key.Value)));
    }

    /// <summary>A product with one device, to try things with.</summary>
    private static async Task<IResult> CreateDeviceAsync(HttpContext http, ProductStore products, DeviceStore devices, IOptions<RegistryOptions> registry)
    {
        var actor = VisitorOf(http).ActsFrom(http);
        var product = await products.CreateAsync(actor, registry.Value.Region, "Trying it out", tags: null, http.RequestAborted);
        var device = await devices.CreateAsync(actor, ProductId.Parse(product.ProductId), "Camera in a browser", tags: null, http.RequestAborted);
        return Json(new NamedDevice(device.ProductId, device.DeviceId));
    }

    private static async Task<IResult> AddKeyAsync(HttpContext http, ProductStore products, DeviceStore devices)
    {
        var actor = VisitorOf(http).ActsFrom(http);
        var body = await RequestBody.ReadAsync(http, ScriptCallsJson.Default.KeyRequest, MaxBody);
        var product = ReadProduct(body.ProductId);
        var publicKey = FieldRules.ReadPublicKey(body.PublicKey, "publicKey");
        if (body.DeviceId is null)
            await products.AddKeyAsync(actor, product, publicKey, http.RequestAborted);
        else
            await devices.AddKeyAsync(actor, new(product, FieldRules.ReadDeviceId(body.DeviceId, "deviceId")), publicKey, http.RequestAborted);
        return Json(new KeyState(KeyId.Of(body.DeviceId is null ? KeyOwner.Product : KeyOwner.Device, publicKey).Value, Registered: true));
    }

    private static async Task<IResult> RemoveKeyAsync(HttpContext http, ProductStore products, DeviceStore devices)
    {
        var actor = VisitorOf(http).ActsFrom(http);
        var body = await RequestBody.ReadAsync(http, ScriptCallsJson.Default.KeyRequest, MaxBody);
        var product = ReadProduct(body.ProductId);
        var publicKey = FieldRules.ReadPublicKey(body.PublicKey, "publicKey");
        var key = KeyId.Of(body.DeviceId is null ? KeyOwner.Product : KeyOwner.Device, publicKey);
        if (body.DeviceId is null)
            await products.RemoveKeyAsync(actor, product, key, http.RequestAborted);
        else
            await devices.RemoveKeyAsync(actor, new(product, FieldRules.ReadDeviceId(body.DeviceId, "deviceId")), key, http.RequestAborted);
        return Json(new KeyState(key.Value, Registered: false));
    }

    private static Visitor VisitorOf(HttpContext http) => Visitor.Of(http.User) ?? throw ApiException.Unauthorized("Sign in first.");

    private static ProductId ReadProduct(string? text) => ProductId.TryParse(text, out var id) ? id : throw ApiException.NoSuchProduct(text);

    private static IResult Json<T>(T body) => Results.Json(body, ScriptCallsJson.Default.Options);
}

/// <summary>A key, and what it is or will be registered on: a device, or where none is named the product.</summary>
internal sealed record KeyRequest(string? ProductId, string? DeviceId, string? PublicKey);

internal sealed record KeyState(string KeyId, bool Registered);

internal sealed record NamedDevice(string ProductId, string DeviceId);

internal sealed record ListedDevice(string DeviceId, string? Name, bool Connected);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyState))]
[JsonSerializable(typeof(NamedDevice))]
[JsonSerializable(typeof(ListedDevice))]
[JsonSerializable(typeof(IEnumerable<ListedDevice>))]
internal sealed partial class ScriptCallsJson : JsonSerializerContext;
