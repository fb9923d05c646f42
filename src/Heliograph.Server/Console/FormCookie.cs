using Heliograph.Server.Console.SignIn;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console;

/// <summary>The cookie that the tokens of forms belong to. Its name is that of the request's scheme, as the session's is.</summary>
internal sealed class FormCookie : CookieBuilder
{
    private static readonly HttpContextAccessor Present = new();

    public override string? Name
    {
        get => base.Name is { } name && Present.HttpContext is { } http ? SchemeCookies.NameOn(http, name) : base.Name;
        set => base.Name = value;
    }

    /// <summary>Knows a request from here on; in front of what asks for the name.</summary>
    public static Task Serve(HttpContext http, RequestDelegate next)
    {
        Present.HttpContext = http;
        return next(http);
    }
}
