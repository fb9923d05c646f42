using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Management;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Console.Audit;

/// <summary>The URLs of the audit log in the console, and its files.</summary>
internal static class AuditPaths
{
    public const string List = "/console/audit";

    private const string ExportPath = "/console/audit/export";

    /// <summary>The entries of the same filter, from another place on.</summary>
    public static string Page(IQueryCollection query, string? cursor) => List + AuditQuery.With(query, ("cursor", cursor));

    /// <summary>The entries of one filter alone.</summary>
    public static string Only(string name, string value) => List + QueryString.Create(name, value);

    /// <summary>All entries of the same filter as a file.</summary>
    public static string Export(IQueryCollection query, string format) => ExportPath + AuditQuery.With(query, ("format", format));

    /// <summary>Maps the files; the page is a component.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(ExportPath, (HttpContext http, AuditLog audit) => AuditExport.WriteAsync(http, audit, Visitor.Of(http.User)!.Organization))
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();
}
