using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Console.Tokens;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
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

    public static void AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<TokenInspector>();
        services.AddAuthentication(SessionCookie.Scheme).AddCookie(SessionCookie.Scheme, SessionCookie.Configure);
        services.AddAuthorizationBuilder()
            .AddPolicy(ConsoleRoles.Viewer, policy => policy.RequireRole(ConsoleRoles.Viewer, ConsoleRoles.Manager))
            .AddPolicy(ConsoleRoles.Manager, policy => policy.RequireRole(ConsoleRoles.Manager));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "heliograph-form";
            options.Cookie.Path = "/console";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    /// <summary>What requests to the console pass, and no others: peers have no use for it.</summary>
    public static void Use(WebApplication app) => app.UseWhen(
        http => http.Request.Path.StartsWithSegments("/console", StringComparison.Ordinal),
        console =>
        {
            console.Use(AddHeaders);
            console.Use(ProblemAnswers.ShowAsync);
            console.UseAuthentication();
            console.UseAuthorization();
            console.UseAntiforgery();
        });

    public static void Map(WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect("/console")).ExcludeFromDescription();
        app.MapGet("/console", () => Results.Redirect("/console/products")).ExcludeFromDescription();
        app.MapPost("/console/sign-out", SignOutAsync).ExcludeFromDescription();
        AssetEndpoints.Map(app);
        ScriptCalls.Map(app);
        app.MapRazorComponents<ConsoleApp>();
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(http);
        await http.SignOutAsync(SessionCookie.Scheme);
        return Results.Redirect(SessionCookie.SignInPath);
    }

    private static Task AddHeaders(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // As the antiforgery tokens in the pages want it; it complains of anything else.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        return next(http);
    }
}
