using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Heliograph.Server.Console.SignIn.OpenId;

/// <summary>The framework's OpenID Connect, in the one way that we use it: code flow with PKCE, and a session of ours in the end.</summary>
internal static class OpenIdSetup
{
    public const string Scheme = "openid";

    private const int MaxReason = 300;

    public static void AddOpenId(this AuthenticationBuilder authentication, OpenIdOptions options)
    {
        if (options.Authority is not null)
            authentication.AddOpenIdConnect(Scheme, framework => Configure(framework, options));
    }

    private static void Configure(OpenIdConnectOptions framework, OpenIdOptions options)
    {
        framework.SignInScheme = SessionCookie.Scheme;
        framework.Authority = options.Authority;
        framework.ClientId = options.ClientId;
        framework.ClientSecret = options.ClientSecret;
        framework.RequireHttpsMetadata = !new Uri(options.Authority!).IsLoopback;
        foreach (var scope in options.Scopes)
            framework.Scope.Add(scope);
        framework.ResponseType = OpenIdConnectResponseType.Code;
        // In the URL, not as a form of the provider's: a GET that leads here has the Lax cookies of the flow, and no other site posts to us.
        framework.ResponseMode = OpenIdConnectResponseMode.Query;
        framework.UsePkce = true;
        framework.MapInboundClaims = false;
        framework.DisableTelemetry = true;
        framework.CallbackPath = "/console/openid/callback";
        framework.SignedOutCallbackPath = "/console/openid/signed-out";
        framework.BackchannelTimeout = TimeSpan.FromSeconds(15);
        framework.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        foreach (var cookie in (CookieBuilder[])[framework.CorrelationCookie, framework.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        framework.CorrelationCookie.Name = "heliograph-openid-";
        framework.NonceCookie.Name = "heliograph-openid-nonce-";
        framework.Events.OnTokenValidated = context => OpenSession(context, options);
        // Once all of the answer has been checked, and not only the token.
        framework.Events.OnTicketReceived = RecordSignInAsync;
        framework.Events.OnRemoteFailure = context => throw RefusalOf(context.Failure!, context.HttpContext);
    }

    private static Task OpenSession(TokenValidatedContext context, OpenIdOptions options)
    {
        var services = context.HttpContext.RequestServices;
        try
        {
            var visitor = OpenIdClaims.Read(context.Principal!, options);
            context.Principal = services.GetRequiredService<Sessions>().Open(visitor, options.EndsWithToken ? new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero) : null);
        }
        catch (ApiException refusal)
        {
            context.Fail(refusal);
        }

        return Task.CompletedTask;
    }

    private static async Task RecordSignInAsync(TicketReceivedContext context)
    {
        var visitor = Visitor.Of(context.Principal!)!;
        SignInLog.SignedIn(LoggerOf(context.HttpContext), visitor.Id, visitor.Organization, visitor.Role, context.HttpContext.Connection.RemoteIpAddress);
        await context.HttpContext.RequestServices.GetRequiredService<Sessions>().RecordStartAsync(context.HttpContext, visitor, "at the provider");
    }

    /// <summary>What somebody is told whose sign-in failed. The operator's log has the reason.</summary>
    public static ApiException RefusalOf(Exception failure, HttpContext http)
    {
        var refusal = failure.InnerException as ApiException ?? failure as ApiException;
        var reason = (refusal ?? failure).Message;
        SignInLog.Refused(LoggerOf(http), http.Connection.RemoteIpAddress, reason.Length > MaxReason ? reason[..MaxReason] : reason);
        return refusal ?? (IsOfTheNetwork(failure)
            ? ApiException.Unavailable("The provider that people sign in at can't be reached. Try again later, or sign in with an API key.", TimeSpan.FromSeconds(10))
            : ApiException.BadRequest("Signing in did not work: the provider's answer is not the one to this browser's question, or not a valid one. Start again."));
    }

    private static ILogger LoggerOf(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenIdSetup));

    /// <summary>Whether there was no answer. The framework wraps it, more than once.</summary>
    private static bool IsOfTheNetwork(Exception? failure) =>
        failure is not null && (failure is HttpRequestException or IOException or OperationCanceledException || IsOfTheNetwork(failure.InnerException));
}
