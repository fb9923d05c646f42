using Heliograph.Protocol.Management;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Management;

/// <summary>The audit log.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder log)
    {
        log.MapGet("", ListAsync)
            .Describe<IReadOnlyList<AuditEntry>>(
                "listAuditLog",
                "List the audit log",
                "Who changed what, the newest first, paged: ?limit= (100, at most 1000) and ?cursor=. Where there are more, the Link header has the next page (rel=\"next\").")
            .ProducesError(400);
        log.MapGet("/export", ExportAsync)
            .Describe<IReadOnlyList<AuditEntry>>("exportAuditLog", "Export the audit log", "All entries that match in one file, the newest first: ?format= json or csv.")
            .ProducesError(400);
    }

    private static async Task<IResult> ListAsync(HttpContext http, AuditLog audit, ServiceUrl url)
    {
        var query = http.Request.Query;
        var (before, limit) = AuditQuery.ReadPage(query);
        var (entries, next) = await audit.ListAsync(Caller.Of(http).Organization, AuditQuery.ReadFilter(query), before, limit, http.RequestAborted);
        if (next is not null)
        {
            var link = AuditQuery.With(query, ("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("cursor", next));
            http.Response.Headers.Link = $"<{url.Of(http.Request)}{http.Request.Path}{link}>; rel=\"next\"";
        }

        return ManagementApi.Json(entries);
    }

    private static Task ExportAsync(HttpContext http, AuditLog audit) => AuditExport.WriteAsync(http, audit, Caller.Of(http).Organization);
}
