using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Console.SignIn;

/// <summary>The session: a cookie that no script can read and no other site can send.</summary>
internal static class SessionCookie
{
    public const string Scheme = "session";

    public const string SignInPath = "/console/sign-in";

    private const string KeyPrefix = "key:";

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "heliograph-session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/console";
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.AccessDeniedPath = "/console/denied";
        options.ReturnUrlParameter = "next";
        options.Events.OnValidatePrincipal = EndWithItsKeyAsync;
    }

    /// <summary>A session that began with an API key ends with it.</summary>
    private static async Task EndWithItsKeyAsync(CookieValidatePrincipalContext context)
    {
        var visitor = context.Principal is { } user ? Visitor.Of(user) : null;
        if (visitor?.Id.StartsWith(KeyPrefix, StringComparison.Ordinal) != true)
            return;

        var keys = context.HttpContext.RequestServices.GetRequiredService<ApiKeyStore>();
        if (await keys.IsValidAsync(visitor.Id[KeyPrefix.Length..], context.HttpContext.RequestAborted))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }
}
