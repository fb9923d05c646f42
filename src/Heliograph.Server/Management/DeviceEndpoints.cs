using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Heliograph.Server.Management.ManagementApi;

namespace Heliograph.Server.Management;

/// <summary>Devices and their keys.</summary>
internal static class DeviceEndpoints
{
    private const int DefaultLimit = 500;
    private const int MaxLimit = 10_000;

    public static void Map(IEndpointRouteBuilder product)
    {
        product.MapGet("/devices", ListAsync)
            .Describe<IReadOnlyList<Device>>(
                "listDevices",
                "List a product's devices",
                "In the order of their IDs, paged: ?limit= (500, at most 10000) and ?cursor=. Where there are more, the Link header has the next page (rel=\"next\").")
            .ProducesError(400);
        product.MapPost("/devices", CreateAsync)
            .Describe<NameAndTags, Device>("createDevice", "Create a device", "The service makes its ID.");
        product.MapPost("/device-batch", CreateBatchAsync)
            .Describe<CreateBatchRequest, DeviceBatch>("createDeviceBatch", "Create a batch of devices", "The service makes their IDs.");
        product.MapPost("/custom-devices", CreateCustomAsync)
            .Describe<CreateCustomDevicesRequest, CustomDevices>(
                "createCustomDevices", "Create devices with IDs of your own", "All of them or none: one bad or taken ID rejects the list.")
            .ProducesError(409);
        product.MapPost("/device-keys", AddKeysAsync)
            .DescribeEmpty("addDeviceKeys", "Add public keys to many devices", "All of them or none. Keys that are there already stay.")
            .Takes<IReadOnlyList<DeviceKey>>()
            .Produces(StatusCodes.Status204NoContent);
        product.MapGet("/devices/{deviceId}", GetAsync)
            .Describe<Device>("getDevice", "Get a device", "");
        product.MapPost("/devices/{deviceId}", ModifyAsync)
            .Describe<NameAndTags, Device>("modifyDevice", "Modify a device", "A field that is left out keeps its value.");
        product.MapDelete("/devices/{deviceId}", DeleteAsync)
            .DescribeEmpty("deleteDevice", "Delete a device", "With its keys. Its connection and those of its clients are closed.")
            .Produces(StatusCodes.Status204NoContent);
        product.MapPost("/devices/{deviceId}/publickeys", AddKeyAsync)
            .Describe<AddPublicKeyRequest, Device>("addDeviceKey", "Add a public key to a device", "Tokens of the device that it signs are accepted from now on.");
        product.MapDelete("/devices/{deviceId}/publickeys/{keyId}", RemoveKeyAsync)
            .Describe<Device>("removeDeviceKey", "Remove a public key from a device", "Takes effect at once; a connection that was opened with it is closed.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, DeviceStore devices, ServiceUrl url)
    {
        var limit = DefaultLimit;
        if (http.Request.Query["limit"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, out limit) || limit is < 1 or > MaxLimit))
            throw FieldRules.Problem("limit", $"must be a number from 1 to {MaxLimit}");
        var after = "";
        if (http.Request.Query["cursor"].ToString() is { Length: > 0 } cursor)
            after = FieldRules.ReadDeviceId(cursor, "cursor").Value;

        var (page, next) = await devices.ListAsync(Caller.Of(http).Organization, Caller.ProductIn(http), after, limit, http.RequestAborted);
        if (next is not null)
            http.Response.Headers.Link = $"<{url.OfCaller(http.Request)}{http.Request.Path}?limit={limit}&cursor={next}>; rel=\"next\"";
        return Json(page);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, DeviceStore devices)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.NameAndTags);
        FieldRules.CheckName(body.Name);
        FieldRules.CheckTags(body.Tags);
        return Json(await devices.CreateAsync(Caller.ActorOf(http), Caller.ProductIn(http), body.Name, body.Tags, http.RequestAborted));
    }

    private static async Task<IResult> CreateBatchAsync(HttpContext http, DeviceStore devices)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.CreateBatchRequest);
        FieldRules.CheckTags(body.Tags);
        if (body.Count is not { } count)
            throw FieldRules.Problem("count", "is missing");
        if (count is < 1 or > FieldRules.MaxBatch)
            throw FieldRules.Problem("count", $"must be from 1 to {FieldRules.MaxBatch}");
        return Json(await devices.CreateBatchAsync(Caller.ActorOf(http), Caller.ProductIn(http), count, body.Tags, http.RequestAborted));
    }

    private static async Task<IResult> CreateCustomAsync(HttpContext http, DeviceStore devices)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.CreateCustomDevicesRequest);
        FieldRules.CheckTags(body.Tags);
        if (body.DeviceIds is not { } texts)
            throw FieldRules.Problem("deviceIds", "is missing");
        if (texts.Count is 0 or > FieldRules.MaxBatch)
            throw FieldRules.Problem("deviceIds", $"has {texts.Count} entries; 1 to {FieldRules.MaxBatch} are allowed");

        var seen = new Dictionary<DeviceId, int>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            var id = FieldRules.ReadDeviceId(texts[i], $"deviceIds[{i}]");
            if (!seen.TryAdd(id, i))
                throw FieldRules.Problem($"deviceIds[{i}]", $"is the same as deviceIds[{seen[id]}]");
        }

        var batch = await devices.CreateAsync(
            Caller.ActorOf(http), Caller.ProductIn(http), [.. seen.Keys], body.Tags, http.RequestAborted);
        return Json(new CustomDevices(batch.Devices, batch.BatchId));
    }

    private static async Task<IResult> AddKeysAsync(HttpContext http, DeviceStore devices)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.IReadOnlyListDeviceKey);
        if (body.Count is 0 or > FieldRules.MaxBatch)
            throw FieldRules.Problem("the list", $"has {body.Count} entries; 1 to {FieldRules.MaxBatch} are allowed");

        var keys = new List<(DeviceId, byte[])>(body.Count);
        for (var i = 0; i < body.Count; i++)
        {
            var item = body[i] ?? throw FieldRules.Problem($"[{i}]", "is null");
            keys.Add((FieldRules.ReadDeviceId(item.DeviceId, $"[{i}].deviceId"), FieldRules.ReadPublicKey(item.PublicKey, $"[{i}].publicKey")));
        }

        await devices.AddKeysAsync(Caller.ActorOf(http), Caller.ProductIn(http), keys, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> GetAsync(HttpContext http, DeviceStore devices) =>
        Json(await devices.GetAsync(Caller.Of(http).Organization, Caller.DeviceIn(http), http.RequestAborted));

    private static async Task<IResult> ModifyAsync(HttpContext http, DeviceStore devices)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.NameAndTags);
        FieldRules.CheckName(body.Name);
        FieldRules.CheckTags(body.Tags);
        return Json(await devices.ModifyAsync(Caller.ActorOf(http), Caller.DeviceIn(http), body, http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, DeviceStore devices)
    {
        await devices.DeleteAsync(Caller.ActorOf(http), Caller.DeviceIn(http), http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> AddKeyAsync(HttpContext http, DeviceStore devices)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.AddPublicKeyRequest);
        var key = FieldRules.ReadPublicKey(body.PublicKey, "publicKey");
        return Json(await devices.AddKeyAsync(Caller.ActorOf(http), Caller.DeviceIn(http), key, http.RequestAborted));
    }

    private static async Task<IResult> RemoveKeyAsync(HttpContext http, DeviceStore devices) =>
        Json(await devices.RemoveKeyAsync(Caller.ActorOf(http), Caller.DeviceIn(http), Caller.KeyIn(http), http.RequestAborted));
}
