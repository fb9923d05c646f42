using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console.SignIn;

/// <summary>
/// Under TLS the cookie's name says so, and browsers then take it from TLS alone: nobody on the way can put one of theirs in its place
/// over plain HTTP.
/// </summary>
internal sealed class SchemeCookies : ICookieManager
{
    private const string Prefix = "__Secure-";

    private readonly ChunkingCookieManager _cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, NameOn(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, NameOn(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _cookies.DeleteCookie(context, NameOn(context, key), options);

    public static string NameOn(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
