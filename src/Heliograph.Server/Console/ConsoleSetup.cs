using Heliograph.Server.Console.Audit;
using Heliograph.Server.Console.Devices;
using Heliograph.Server.Console.Live;
using Heliograph.Server.Console.Nodes;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Console.SignIn.OpenId;
using Heliograph.Server.Console.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Console;

/// <summary>Puts the console together: its services, what its requests pass, and its pages.</summary>
internal static class ConsoleSetup
{
    /// <summary>Nothing from elsewhere, no inline code or style, no frame around it.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static void AddConsole(this IServiceCollection services, ConsoleOptions options, OpenIdOptions openId)
    {
        services.AddRazorComponents();
        services.AddSingleton<TokenInspector>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<LiveStream>();
        services.AddSingleton<InspectStream>();
        services.AddSingleton<NodesStream>();
        services.AddAuthentication(SessionCookie.Scheme).AddCookie(SessionCookie.Scheme, cookie => SessionCookie.Configure(cookie, options)).AddOpenId(openId);
        services.AddAuthorizationBuilder()
            .AddPolicy(ConsoleRoles.Viewer, policy => policy.RequireRole(ConsoleRoles.Viewer, ConsoleRoles.Manager))
            .AddPolicy(ConsoleRoles.Manager, policy => policy.RequireRole(ConsoleRoles.Manager));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie = new FormCookie
            {
                Name = "heliograph-form",
                Path = "/console",
                HttpOnly = true,
                IsEssential = true,
                SameSite = SameSiteMode.Strict,
                SecurePolicy = CookieSecurePolicy.SameAsRequest,
            };
        });
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignInThrottle>();
    }

    /// <summary>What requests to the console pass, and no others: peers have no use for it.</summary>
    public static void Use(WebApplication app, ConsoleOptions options)
    {
        // Where nobody has, the framework puts these two in front of everything: before the forwarded headers are read, and for all peers.
        foreach (var middleware in (string[])["__AuthenticationMiddlewareSet", "__AuthorizationMiddlewareSet"])
            ((IApplicationBuilder)app).Properties[middleware] = true;
        if (!options.IsEnabled)
            return;
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/console", StringComparison.OrdinalIgnoreCase),
            console =>
            {
                console.Use(AddHeaders);
                console.UseMiddleware<ProblemAnswers>();
                console.Use(FormGuard.RefuseOtherSites);
                // Each would ask the registry whether the session holds, for what is the same for all.
                console.UseWhen(http => !IsForAsset(http), SignedIn);
            });

        static void SignedIn(IApplicationBuilder console)
        {
            console.Use(FormCookie.Serve);
            console.UseAuthentication();
            console.UseAuthorization();
            console.Use(FormGuard.RequireToken);
            console.UseAntiforgery();
        }
    }

    private static bool IsForAsset(HttpContext http) => http.Request.Path.StartsWithSegments("/console/assets", StringComparison.OrdinalIgnoreCase);

    public static void Map(WebApplication app, ConsoleOptions options, OpenIdOptions openId)
    {
        AssetEndpoints.Map(app, options.IsEnabled);
        if (!options.IsEnabled)
            return;
        app.MapGet("/", () => Results.Redirect("/console")).ExcludeFromDescription();
        app.MapGet("/console", () => Results.Redirect("/console/products")).ExcludeFromDescription();
        SignOutEndpoint.Map(app);
        if (openId.Authority is not null)
            OpenIdEndpoints.Map(app);
        ScriptCalls.Map(app);
        DeviceExport.Map(app);
        PairingCode.Map(app);
        LiveStream.Map(app);
        InspectStream.Map(app);
        NodesStream.Map(app);
        AuditPaths.Map(app);
        app.MapRazorComponents<ConsoleApp>();
    }

    private static Task AddHeaders(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // As the antiforgery tokens in the pages want it; it complains of anything else.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        return next(http);
    }
}
