using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Console.SignIn;

/// <summary>The session's cookie: no script can read it, and no other site can have it sent.</summary>
internal static class SessionCookie
{
    public const string Scheme = "session";

    public const string SignInPath = "/console/sign-in";

    public static void Configure(CookieAuthenticationOptions options, ConsoleOptions console)
    {
        options.Cookie.Name = "heliograph-session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/console";
        options.CookieManager = new SchemeCookies();
        options.ExpireTimeSpan = console.SessionIdleTime;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "next";
        options.Events.OnValidatePrincipal = EndWhereItDoesNotHoldAsync;
        options.Events.OnRedirectToLogin = AskToSignIn;
        options.Events.OnRedirectToAccessDenied = _ => throw ApiException.AccessDenied("This page is for those who may change things: that takes the role manager.");
    }

    private static async Task EndWhereItDoesNotHoldAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        if (await sessions.HoldsAsync(context.Principal!, context.HttpContext.RequestAborted))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    /// <summary>
    /// Who follows a link of another site comes without the cookie, since that is for requests of our own pages: a page in between asks
    /// once more before anybody has to sign in again.
    /// </summary>
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!ProblemAnswers.WantsPage(context.Request))
            throw ApiException.Unauthorized("Sign in first.");
        var here = context.Request.Path + context.Request.QueryString;
        var isFromElsewhere = context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
        context.Response.Redirect(isFromElsewhere ? ReturnUrl.Through(here) : context.RedirectUri);
        return Task.CompletedTask;
    }
}
