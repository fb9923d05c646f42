using Heliograph.Server.Console.Layout;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Console.SignIn.OpenId;

/// <summary>
/// The ways to the provider. Links and no forms: the policy of the pages holds for where a form's answer leads, too. Going there by
/// somebody else's link does no harm; the way back ends in a session of whoever the provider says it is, in this browser only.
/// </summary>
internal static class OpenIdEndpoints
{
    public const string SignInPath = "/console/openid";

    public const string SignOutPath = "/console/openid/sign-out";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(SignInPath, SignInAsync).ExcludeFromDescription();
        app.MapGet(SignOutPath, SignOutAsync).ExcludeFromDescription();
    }

    // Not a try to sign in, of which there are so many: it is the provider's to count those, and any page can send a browser here.
    private static Task SignInAsync(HttpContext http, string? next)
    {
        // The answer comes from another site, so that the session's cookie, set by then, would not be sent with a request that it leads to.
        return GoAsync(http, () => http.ChallengeAsync(OpenIdSetup.Scheme, new() { RedirectUri = ReturnUrl.Through(ReturnUrl.OwnOr(next)) }));
    }

    private static async Task SignOutAsync(HttpContext http, IOptionsMonitor<OpenIdConnectOptions> options) => await GoAsync(http, async () =>
    {
        var provider = await options.Get(OpenIdSetup.Scheme).ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
        // Not every provider has such a place; then there is nothing more to do.
        if (string.IsNullOrEmpty(provider.EndSessionEndpoint))
            http.Response.Redirect(SessionCookie.SignInPath);
        else
            await http.SignOutAsync(OpenIdSetup.Scheme, new() { RedirectUri = Notices.On(SessionCookie.SignInPath, "signed-out-there") });
    });

    private static async Task GoAsync(HttpContext http, Func<Task> go)
    {
        try
        {
            await go();
        }
        catch (Exception failure) when (failure is not ApiException && !http.RequestAborted.IsCancellationRequested)
        {
            // What the provider says of itself can't be read, for whatever reason.
            throw OpenIdSetup.RefusalOf(new HttpRequestException(failure.Message, failure), http);
        }
    }
}
