using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Console;

/// <summary>
/// Lets through what our own pages send. Whatever may change something needs the token of a form (the field of <c>AntiforgeryToken</c>,
/// or the header <c>RequestVerificationToken</c> of a script), be it a page or any other endpoint.
/// </summary>
internal static class FormGuard
{
    /// <summary>Whoever has not signed in sends a key at most; what they send is read before anything of it is looked at.</summary>
    private const int MaxOfStrangers = 16 * 1024;

    /// <summary>Refuses what the browser says another site has sent.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static Task RefuseOtherSites(HttpContext http, RequestDelegate next) =>
        MayChange(http) && http.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            ? throw ApiException.AccessDenied("This form was sent by another site.")
            : next(http);

    /// <summary>Refuses what has no token, or one of another session.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static async Task RequireToken(HttpContext http, RequestDelegate next)
    {
        if (MayChange(http) && http.GetEndpoint() is not null && !await HasTokenAsync(http))
            throw ApiException.BadRequest(ProblemAnswers.StaleForm);
        await next(http);
    }

    private static async Task<bool> HasTokenAsync(HttpContext http)
    {
        if (http.User.Identity is not { IsAuthenticated: true } && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxOfStrangers;
        try
        {
            return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
        }
        catch (AntiforgeryValidationException unread) when (unread.InnerException is BadHttpRequestException bad)
        {
            throw ErrorAnswers.Of(bad);
        }
    }

    private static bool MayChange(HttpContext http)
    {
        var method = http.Request.Method;
        return !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsTrace(method);
    }
}
