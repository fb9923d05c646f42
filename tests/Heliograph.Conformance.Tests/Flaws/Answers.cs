using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Wrong answers.</summary>
internal static class Answers
{
    private static readonly (string, string) Json = ("Content-Type", "application/json");

    public static HttpAnswer Of(int status, string body) => new(status, [Json, ("Access-Control-Allow-Origin", "*")], body);

    public static HttpAnswer Error(int status, string code) => Of(status, $$"""{"message":"Broken on purpose.","code":"{{code}}"}""");

    /// <summary>A success that the service did not mean.</summary>
    public static HttpAnswer Success { get; } =
        Of(200, """{"signalingUrl":"ws://127.0.0.1:1/x","deviceOnline":false,"channelId":"0123456789abcdef0123456789abcdef","iceServers":[]}""");

    /// <summary>Refuses what the service takes.</summary>
    public static Flaw Refuses(int status, string code, Func<ProxyRequest, bool> when) =>
        new() { Call = request => request.Method == "POST" && when(request) ? Error(status, code) : null };

    /// <summary>Takes what the service refuses.</summary>
    public static Flaw Takes(Func<ProxyRequest, bool> when) =>
        new() { Answer = (request, answer) => answer.Status is 401 or 403 && when(request) ? Success : answer };

    /// <summary>Gives another error than the service does.</summary>
    public static Flaw Mistakes(int status, Func<HttpAnswer, HttpAnswer> change, Func<ProxyRequest, bool>? when = null) =>
        new() { Answer = (request, answer) => answer.Status == status && (when is null || when(request)) ? change(answer) : answer };

    /// <summary>Changes the body of a success.</summary>
    public static Flaw Writes(string path, Func<ProxyRequest, string, string> change) =>
        new() { Answer = (request, answer) => answer.Status == 200 && request.Path == path ? Of(200, change(request, answer.Body)) : answer };

    public static HttpAnswer Without(this HttpAnswer answer, string header) =>
        answer with { Headers = [.. answer.Headers.Where(x => !string.Equals(x.Name, header, StringComparison.OrdinalIgnoreCase))] };

    public static HttpAnswer With(this HttpAnswer answer, string header, string value) =>
        answer.Without(header) with { Headers = [.. answer.Without(header).Headers, (header, value)] };
}
