using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Heliograph.Server.Regions;

/// <summary>Which headers end with their connection (RFC 9110 section 7.6.1), and which others are not passed on between regions.</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Always = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization,
        HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade);

    /// <summary>
    /// Host is the region's own. Expect was answered here. What says where a call comes from is in the sealed header, and is not to be had in
    /// any other way. Origin: the node that the browser called answers for CORS. No forwarded call knows cookies.
    /// </summary>
    private static readonly FrozenSet<string> NotOfRequests = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Host, HeaderNames.Expect, HeaderNames.Origin, HeaderNames.Cookie, ForwardedCall.Header,
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix",
        "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Original-Prefix", "X-Real-IP");

    /// <summary>Date and Server are written by this node's own web server.</summary>
    private static readonly FrozenSet<string> NotOfAnswers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, HeaderNames.Date, HeaderNames.Server, HeaderNames.SetCookie, ForwardedCall.AnswerHeader);

    /// <summary>Whether a request's header is passed on.</summary>
    /// <param name="name">The header.</param>
    /// <param name="request">The headers that it is one of: its Connection may name more.</param>
    public static bool IsPassedOn(string name, IHeaderDictionary request) =>
        !Always.Contains(name) && !NotOfRequests.Contains(name)
        && !(request.Connection.Count > 0 && request.GetCommaSeparatedValues(HeaderNames.Connection).Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether an answer's header is passed on.</summary>
    public static bool IsPassedOn(string name, HttpResponseMessage answer) =>
        !Always.Contains(name) && !NotOfAnswers.Contains(name) && !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)
        && !answer.Headers.Connection.Contains(name, StringComparer.OrdinalIgnoreCase);
}
