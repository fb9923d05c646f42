using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management.Import;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Console.Devices;

/// <summary>The devices of a search as CSV, which the import reads again. Written as they are read, a part at a time.</summary>
internal static class DeviceExport
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/console/products/{productId}/devices/export.csv", WriteAsync)
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();

    private static async Task WriteAsync(HttpContext http, string productId, DeviceStore store)
    {
        var product = ProductId.TryParse(productId, out var id) ? id : throw ApiException.NoSuchProduct(productId);
        var organization = Visitor.Of(http.User)!.Organization;
        await using var devices = store
            .FindAsync(organization, product, DeviceListQuery.Read(http.Request.Query).ToFilter(), http.RequestAborted)
            .GetAsyncEnumerator(http.RequestAborted);
        // First, so that a product that there is not is still answered as such.
        var hasDevice = await devices.MoveNextAsync();

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{product}-devices.csv\"";
        // With a mark, without which some spreadsheets take it for another encoding.
        await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 32 * 1024, leaveOpen: true);
        await writer.WriteAsync("deviceId,name,tags,publicKey,batchId,created,connected,lastConnect\r\n");
        for (; hasDevice; hasDevice = await devices.MoveNextAsync())
            await writer.WriteAsync(Line(devices.Current));
    }

    private static string Line(Device device) => string.Join(',',
        device.DeviceId,
        CsvText.Write(device.Name),
        CsvText.Write(device.Tags.Count == 0 ? "" : JsonSerializer.Serialize(new(device.Tags), ProtocolJson.Wire.DictionaryStringString)),
        string.Join(' ', device.PublicKeys.Select(x => OneLine(x.Key))),
        device.BatchId?.ToString(CultureInfo.InvariantCulture),
        Time(device.Created),
        device.Connected ? "true" : "false",
        Time(device.LastConnect)) + "\r\n";

    /// <summary>The base64 of a PEM text.</summary>
    private static string OneLine(string pem) =>
        string.Concat(pem.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(x => !x.StartsWith('-')));

    private static string? Time(DateTime? time) => time?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
