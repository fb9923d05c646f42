using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Http;

/// <summary>CORS: apps, and some devices, run in browsers.</summary>
internal static class CorsChecks
{
    private const string Origin = "https://app.example";
    private const string AllowOrigin = "Access-Control-Allow-Origin";

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "http.cors-any-origin",
            "CORS: any origin, for all three calls (devices run in browsers as well).",
            "The browser keeps the answer from the app, which sees a network error.",
            AnyOriginAsync),
        new(
            "http.cors-errors",
            "CORS: any origin, for error answers too.",
            "The browser keeps the error from the app, which can't tell a wrong token from a dead service and tries for ever.",
            ErrorsAsync),
        new(
            "http.cors-no-cookies",
            "CORS: no cookies.",
            "Browsers refuse any-origin answers that want cookies, and a service that sets them tracks viewers.",
            NoCookiesAsync),
        new(
            "http.cors-preflight",
            "The preflight names authorization, content-type (a * does not cover the first).",
            "The browser never sends the call itself.",
            PreflightAsync),
        new(
            "http.cors-retry-after",
            "Retry-After is exposed.",
            "An SDK in a browser can't read how long to wait after a 429, and comes back too early or far too late.",
            RetryAfterAsync),
        new(
            "http.cors-websocket-origin",
            "The WebSocket takes any Origin.",
            "Apps in browsers can connect over HTTP and never open the socket.",
            WebSocketOriginAsync),
    ];

    private static async Task AnyOriginAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
            ExpectAllowed(Expect.Ok(await scene.SendAsync(From(scene.GoodCallOf(path))), path), $"the answer of {path}");
    }

    private static async Task ErrorsAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            ExpectAllowed(await scene.SendAsync(From(scene.CallOf(path, "not a token"))), $"a 401 of {path}");
            ExpectAllowed(await scene.SendAsync(From(scene.CallOf(path) with { Body = [] })), $"a 400 of {path}");
        }
    }

    private static async Task NoCookiesAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            foreach (var call in (HttpCall[])[From(scene.GoodCallOf(path)), Preflight(path)])
            {
                var answer = await scene.SendAsync(call);
                Expect.That(answer.Header("Set-Cookie") is null, $"no cookies from {path}", "Set-Cookie");
                Expect.That(answer.Header("Access-Control-Allow-Credentials") is null, $"no Access-Control-Allow-Credentials from {path}", "it");
            }
        }
    }

    private static async Task PreflightAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            var answer = await scene.SendAsync(Preflight(path));
            Expect.That(answer.Status is 200 or 204, $"200 or 204 for the preflight of {path}", answer);
            ExpectAllowed(answer, $"the preflight of {path}");
            Expect.That(
                answer.HeaderWords("Access-Control-Allow-Headers").IsSupersetOf(["authorization", "content-type"]),
                $"Access-Control-Allow-Headers of {path} to name authorization and content-type",
                Redaction.Of(answer.Header("Access-Control-Allow-Headers") ?? "no such header"));
        }
    }

    private static async Task RetryAfterAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            // An answer of any status shows it; a 429 is not for a suite to provoke.
            var answer = await scene.SendAsync(From(scene.CallOf(path, "not a token")));
            Expect.That(
                answer.HeaderWords("Access-Control-Expose-Headers").Contains("retry-after"),
                $"Access-Control-Expose-Headers of {path} to name Retry-After",
                Redaction.Of(answer.Header("Access-Control-Expose-Headers") ?? "no such header"));
        }
    }

    private static async Task WebSocketOriginAsync(Scene scene)
    {
        foreach (var origin in (string[])[Origin, "null", "http://localhost:3000"])
        {
            var (answer, _) = await scene.HandshakeAsync((await scene.ClientUrlAsync()).Url, headers: ("Origin", origin));
            Expect.That(answer.Status == 101, $"101 for the Origin {origin}", answer);
        }
    }

    private static HttpCall From(HttpCall call) => call.With("Origin", Origin);

    private static HttpCall Preflight(string path) => From(new HttpCall(path) { Method = "OPTIONS" })
        .With("Access-Control-Request-Method", "POST")
        .With("Access-Control-Request-Headers", "authorization,content-type");

    private static void ExpectAllowed(HttpAnswer answer, string what) => Expect.That(
        answer.Header(AllowOrigin) is "*" or Origin, $"{AllowOrigin} in {what} to allow any origin", Redaction.Of(answer.Header(AllowOrigin) ?? "no such header"));
}
