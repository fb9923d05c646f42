using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Console.SignIn;

/// <summary>Where the button of the layout leads to.</summary>
internal sealed class SignOutEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/console/sign-out", EndAsync).ExcludeFromDescription();

    private static async Task<IResult> EndAsync(HttpContext http, Sessions sessions, ILogger<SignOutEndpoint> logger)
    {
        if (Visitor.Of(http.User) is { } visitor)
            SignInLog.SignedOut(logger, visitor.Id, visitor.Organization);
        await sessions.EndAsync(http);
        return Results.Redirect(Layout.Notices.On(SessionCookie.SignInPath, "signed-out"));
    }
}
