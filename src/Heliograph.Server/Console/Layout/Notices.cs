using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console.Layout;

/// <summary>
/// What a form did, told by the page that it leads to: <c>?done=</c> and a word of this table. A fixed text each, so that a link can
/// make the console say nothing of its own.
/// </summary>
internal static class Notices
{
    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["product-created"] = "The product was created.",
        ["product-saved"] = "The product was saved.",
        ["product-moved"] = "The product was moved. Its devices and clients connect anew in its new region.",
        ["product-deleted"] = "The product was deleted, with its devices and keys.",
        ["key-added"] = "The key was added. Tokens that it signs are accepted from now on.",
        ["key-removed"] = "The key was removed. Connections that it let in were closed.",
        ["device-created"] = "The device was created.",
        ["devices-created"] = "The devices were created. Export gives you their IDs.",
        ["device-saved"] = "The device was saved.",
        ["device-deleted"] = "The device was deleted.",
        ["signed-out"] = "You are signed out.",
        ["signed-out-there"] = "You are signed out here and at the provider.",
        ["api-key-revoked"] = "The API key was revoked. Whoever was signed in with it is signed out.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The URL with the notice on it.</summary>
    public static string On(string url, string notice) =>
        Texts.ContainsKey(notice) ? $"{url}{(url.Contains('?') ? '&' : '?')}done={notice}" : throw new ArgumentOutOfRangeException(nameof(notice), notice, "There is no such notice.");

    /// <summary>The notice that a request asks for, if any.</summary>
    public static string? TextOf(HttpContext http) => HttpMethods.IsGet(http.Request.Method) ? Texts.GetValueOrDefault(http.Request.Query["done"].ToString()) : null;
}
