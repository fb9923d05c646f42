using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management.Import;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Management;

/// <summary>The audit log as a file, all of it that matches: as CSV or JSON. Written as it is read, a part at a time.</summary>
internal static class AuditExport
{
    private const string Csv = "csv";
    private const string Json = "json";

    /// <summary>Answers with the entries of an organization that the request asks for.</summary>
    /// <exception cref="ApiException">400: a parameter is not what it should be.</exception>
    public static Task WriteAsync(HttpContext http, AuditLog audit, string organization)
    {
        var filter = AuditQuery.ReadFilter(http.Request.Query);
        var entries = audit.ReadAsync(organization, filter, http.RequestAborted);
        return http.Request.Query["format"].ToString() switch
        {
            "" or Json => WriteJsonAsync(http.Response, entries),
            Csv => WriteCsvAsync(http.Response, entries),
            _ => throw FieldRules.Problem("format", $"must be {Csv} or {Json}"),
        };
    }

    private static async Task WriteCsvAsync(HttpResponse response, IAsyncEnumerable<AuditEntry> entries)
    {
        await using var reader = entries.GetAsyncEnumerator();
        var hasEntry = await reader.MoveNextAsync();
        await using var writer = Begin(response, "text/csv; charset=utf-8", Csv);
        await writer.WriteAsync("time,actorId,actorName,via,address,action,productId,deviceId,keyId,apiKeyId,detail,id\r\n");
        for (; hasEntry; hasEntry = await reader.MoveNextAsync())
        {
            var entry = reader.Current;
            var (actor, subject) = (entry.Actor, entry.Subject);
            string?[] cells =
            [
                entry.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), actor.Id, actor.Name, actor.Via, actor.Address, entry.Action,
                subject.ProductId, subject.DeviceId, subject.KeyId, subject.ApiKeyId, entry.Detail, entry.Id,
            ];
            await writer.WriteAsync(string.Join(',', cells.Select(CsvText.Write)) + "\r\n");
        }
    }

    private static async Task WriteJsonAsync(HttpResponse response, IAsyncEnumerable<AuditEntry> entries)
    {
        await using var reader = entries.GetAsyncEnumerator();
        var hasEntry = await reader.MoveNextAsync();
        await using var writer = Begin(response, "application/json; charset=utf-8", Json);
        var before = "[\n";
        for (; hasEntry; hasEntry = await reader.MoveNextAsync())
        {
            await writer.WriteAsync(before + JsonSerializer.Serialize(reader.Current, ProtocolJson.Wire.AuditEntry));
            before = ",\n";
        }

        await writer.WriteAsync(before == ",\n" ? "\n]\n" : "[]\n");
    }

    /// <summary>Begins the file. The first entry has been read by then, so that a log which can't be read is answered as such.</summary>
    private static StreamWriter Begin(HttpResponse response, string type, string extension)
    {
        response.ContentType = type;
        response.Headers.ContentDisposition = $"attachment; filename=\"audit-log.{extension}\"";
        return new(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 32 * 1024, leaveOpen: true);
    }
}
