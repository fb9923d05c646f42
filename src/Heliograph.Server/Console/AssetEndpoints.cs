using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Heliograph.Server.Console.Try;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Heliograph.Server.Console;

/// <summary>Files that are part of the program: <c>/console/assets/*</c>, <c>/try/*</c> and <c>/sdk/*</c>, and the viewer for people with a link, at <c>/try</c>.</summary>
internal static class AssetEndpoints
{
    /// <summary>Nothing from elsewhere, no inline code; connections to whatever service and ICE server the page is told of.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; connect-src 'self' ws: wss:; media-src 'self' blob: mediastream:; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Folders = ["console/", "try/", "sdk/"];

    private static readonly FrozenDictionary<string, PageFile> Files = Load();

    public static void Map(IEndpointRouteBuilder app, bool hasConsole)
    {
        app.MapGet("/console/assets/{**file}", (HttpContext http, string file) => Serve(http, $"console/{file}")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/try", IResult (HttpContext http) => ShowViewer(http, hasConsole)).ExcludeFromDescription();
        // Viewers need nothing below /console, which need not be open to where they are.
        app.MapGet("/try/{**file}", (HttpContext http, string file) => Serve(http, file is "console.css" or "mark.svg" ? $"console/{file}" : $"try/{file}"))
            .ExcludeFromDescription();
        app.MapGet("/sdk/{**file}", (HttpContext http, string file) => Serve(http, $"sdk/{file}")).ExcludeFromDescription();
    }

    private static IResult Serve(HttpContext http, string name)
    {
        if (!Files.TryGetValue(name, out var file))
            return Results.NotFound();

        AddHeaders(http);
        if (name.StartsWith("sdk/", StringComparison.Ordinal))
            http.Response.Headers.AccessControlAllowOrigin = "*";
        return Results.Bytes(file.Content, file.ContentType, entityTag: file.Tag);
    }

    private static RazorComponentResult<ViewerDocument> ShowViewer(HttpContext http, bool hasConsole)
    {
        AddHeaders(http);
        return new(new { HasConsole = hasConsole });
    }

    private static void AddHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
    }

    private static FrozenDictionary<string, PageFile> Load()
    {
        var assembly = typeof(AssetEndpoints).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => Folders.Any(folder => name.StartsWith(folder, StringComparison.Ordinal)))
            .ToFrozenDictionary(name => name, name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static PageFile Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        return new(content, type, new($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..8])}\""));
    }

    private sealed record PageFile(byte[] Content, string ContentType, EntityTagHeaderValue Tag);
}
